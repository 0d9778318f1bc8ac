//! What a tool may look at.

use std::sync::Arc;

use bughound_index::{FileIdx, HistoryIndex, Index};

use crate::{Budget, ToolError};

/// What a tool may look at: one index, what happened before, and how much it may say.
#[derive(Clone)]
pub struct ToolContext {
    index: Arc<Index>,
    history: Option<Arc<HistoryIndex>>,
    budget: Budget,
}

impl ToolContext {
    /// A context with the default budget and no history.
    pub fn new(index: Arc<Index>) -> Self {
        Self {
            index,
            history: None,
            budget: Budget::default(),
        }
    }

    /// With another budget.
    #[must_use]
    pub fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// With the history of the index's snapshot.
    #[must_use]
    pub fn with_history(mut self, history: Arc<HistoryIndex>) -> Self {
        self.history = Some(history);
        self
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What happened before, where it was read.
    pub fn history(&self) -> Option<&HistoryIndex> {
        self.history.as_deref()
    }

    /// The budget of one call.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// The text of a source file.
    pub(crate) fn text(&self, tool: &'static str, file: FileIdx) -> Result<Arc<str>, ToolError> {
        self.index.text(file).ok_or_else(|| ToolError::Fault {
            tool,
            reason: format!(
                "{} can no longer be read from the repository",
                self.index.file(file).path()
            ),
        })
    }
}

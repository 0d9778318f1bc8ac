//! What an episode searches.

mod materials;

use std::sync::Arc;

use bughound_index::{HistoryIndex, Index};
use bughound_tools::{Budget, ToolContext, Toolbox, tool_set};
use bughound_trace::AnswerItem;
use serde_json::Value;

use crate::event::{Material, What};
use crate::surroundings::{Surroundings, returned};
use crate::{Clock, resolve};

/// A repository at one revision, and what happened before. Shared by all episodes about it.
#[derive(Clone)]
pub struct Environment {
    index: Arc<Index>,
    history: Option<Arc<HistoryIndex>>,
    tools: ToolContext,
}

impl Environment {
    /// An index, with its history where that was read, and what one call may say.
    pub fn new(index: Arc<Index>, history: Option<Arc<HistoryIndex>>, budget: Budget) -> Self {
        let mut tools = ToolContext::new(Arc::clone(&index)).with_budget(budget);
        if let Some(history) = &history {
            tools = tools.with_history(Arc::clone(history));
        }
        Self {
            index,
            history,
            tools,
        }
    }

    /// The index.
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// What tools look at.
    pub(crate) fn tools(&self) -> &ToolContext {
        &self.tools
    }

    /// What happened before.
    pub fn history(&self) -> Option<&HistoryIndex> {
        self.history.as_deref()
    }
}

impl Surroundings for Environment {
    fn call(
        &self,
        tools: &'static dyn Toolbox,
        index: usize,
        tool: &str,
        arguments: &Value,
        clock: &dyn Clock,
    ) -> What {
        let Some(set) = tool_set(tools.name()) else {
            let problem = format!("the tools `{}` search no repository", tools.name());
            return What::EnvironmentFailed(problem);
        };
        let begun = clock.microseconds();
        let result = set.call(&self.tools, tool, arguments);
        returned(index, result, clock.microseconds().saturating_sub(begun))
    }

    fn consult(&self, issue: &str, material: &Material) -> What {
        match materials::text(self, issue, material) {
            Ok(text) => What::Consulted(crate::harmless(&text)),
            Err(reason) => What::EnvironmentFailed(reason),
        }
    }

    fn resolve(&self, items: Vec<AnswerItem>) -> Vec<AnswerItem> {
        resolve(&self.index, items)
    }

    fn environment(&self) -> Option<&Environment> {
        Some(self)
    }
}

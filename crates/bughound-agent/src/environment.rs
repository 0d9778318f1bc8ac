//! What an episode searches.

mod materials;

use std::sync::Arc;

use bughound_index::{HistoryIndex, Index};
use bughound_tools::{Budget, Told, ToolContext, ToolError, ToolSet};
use bughound_trace::CallOutcome;
use serde_json::Value;

use crate::event::{Material, What};

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

    /// What happened before.
    pub fn history(&self) -> Option<&HistoryIndex> {
        self.history.as_deref()
    }

    /// Calls a tool.
    pub(crate) fn call(
        &self,
        set: &ToolSet,
        index: usize,
        tool: &str,
        arguments: &Value,
        clock: &dyn crate::Clock,
    ) -> What {
        let begun = clock.microseconds();
        let result = set.call(&self.tools, tool, arguments);
        let microseconds = clock.microseconds().saturating_sub(begun);
        let told = |outcome: CallOutcome, text: String| What::Returned {
            index,
            outcome,
            text,
            n_left_out: 0,
            shown: Vec::new(),
            ends_episode: false,
            microseconds,
        };
        match result {
            Ok(output) => What::Returned {
                index,
                outcome: CallOutcome::Ok,
                text: output.text,
                n_left_out: output.n_left_out as u64,
                shown: output.shown,
                ends_episode: output.ends_episode,
                microseconds,
            },
            Err(ToolError::Told(reason)) => {
                let outcome = match reason {
                    Told::UnknownTool { .. } => CallOutcome::UnknownTool,
                    Told::WrongArguments { .. } => CallOutcome::WrongArguments,
                    Told::Miss { .. } => CallOutcome::Miss,
                };
                told(outcome, reason.to_string())
            }
            Err(fault @ ToolError::Fault { .. }) => told(CallOutcome::Fault, fault.to_string()),
        }
    }

    /// Looks something up for a prompt.
    pub(crate) fn consult(&self, issue: &str, material: &Material) -> What {
        match materials::text(self, issue, material) {
            Ok(text) => What::Consulted(crate::harmless(&text)),
            Err(reason) => What::EnvironmentFailed(reason),
        }
    }
}

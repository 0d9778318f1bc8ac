//! Where an episode happens.

use bughound_tools::{Told, ToolError, ToolOutput, Toolbox};
use bughound_trace::{AnswerItem, CallOutcome};
use serde_json::Value;

use crate::event::{Material, What};
use crate::{Clock, Environment};

/// Carries out what an episode wants done: a repository that is searched, or a workspace in which a build is repaired.
///
/// Several calls of one turn may come at the same time.
pub trait Surroundings: Sync {
    /// Calls a tool of the set `tools`, which is the protocol's; `index` is the call's number in its turn.
    fn call(
        &self,
        tools: &'static dyn Toolbox,
        index: usize,
        tool: &str,
        arguments: &Value,
        clock: &dyn Clock,
    ) -> What;

    /// Looks something up for a prompt.
    fn consult(&self, issue: &str, material: &Material) -> What;

    /// Says which places an answer means; as many items, in the same order.
    fn resolve(&self, items: Vec<AnswerItem>) -> Vec<AnswerItem>;

    /// What is searched, where a repository is.
    fn environment(&self) -> Option<&Environment> {
        None
    }
}

/// What a tool gave, as the episode is told it.
pub fn returned(index: usize, result: Result<ToolOutput, ToolError>, microseconds: u64) -> What {
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

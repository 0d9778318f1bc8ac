//! What did a policy learn? Over the traces of many episodes: which tools it uses ([`ToolUsage`]), what follows what
//! ([`Chain`]), what it writes and reads and how that differs between successes and failures ([`AmountDocument`],
//! [`Lengths`]), why episodes end, and whether it does anything suspicious ([`Detected`]).
//!
//! Each trace is brought down to its [`EpisodeFacts`], which can be done in parallel; [`Analysis`] puts them together.
//! Estimates have their denominators and intervals, with tasks as clusters ([`bughound_metrics::RatioSums`]). What a call
//! does is told from its text alone.
//!
//! It knows nothing of files of traces, of the command line, and of how an episode is run.

mod action;
mod amounts;
mod analysis;
mod chain;
mod detect;
mod difference;
mod document;
mod effects;
mod facts;
mod paths;
mod picture;
mod shell;

pub use analysis::{Analysis, USUAL_FLAKE_RATES};
pub use chain::{Chain, END, START, State, Transition};
pub use difference::{Change, Difference, NamedChange, TransitionChange};
pub use document::{
    AmountDocument, Detected, EndCount, Evidence, Grouped, Inflation, Length, Lengths, RunAnalysis,
    Tokens, ToolAmounts, ToolUsage, Validation,
};
pub use facts::{EpisodeFacts, EpisodeOutcome};
pub use picture::{Folded, chain_svg, difference_svg};

#[cfg(test)]
mod tests {
    use bughound_trace::import;
    use serde_json::json;

    use crate::EpisodeFacts;

    /// An episode in which these tools are called, one a turn.
    pub(crate) fn episode(task: &str, tools: &[&str], reward: Option<f64>) -> EpisodeFacts {
        let mut messages = vec![json!({"role": "user", "content": "fix it"})];
        for (at, tool) in tools.iter().enumerate() {
            let id = format!("c{at}");
            let call = json!({"id": id, "function": {"name": tool, "arguments": "{}"}});
            messages.push(json!({"role": "assistant", "content": "", "tool_calls": [call]}));
            messages.push(json!({"role": "tool", "tool_call_id": id, "content": "done"}));
        }
        let log = json!({"instance_id": task, "reward": reward, "exit_status": "Submitted", "messages": messages});
        let trace = import(log.to_string().as_bytes(), task, None)
            .remove(0)
            .unwrap();
        EpisodeFacts::of(&trace, 1.0)
    }
}

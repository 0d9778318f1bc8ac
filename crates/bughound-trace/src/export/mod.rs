//! Traces as others read them.

mod openai;
mod parquet;
mod verl;

pub use openai::{openai_lines, tool_declarations};
pub use verl::{VerlSettings, verl_rows, write_verl};

use crate::{StageTrace, Trace};

/// Which episodes, and which of their stages, are meant. The default takes all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportFilter {
    /// At least this reward; episodes without a reward are left out then.
    pub min_reward: Option<f64>,
    /// Not those that ended in a fault, nor those that were stopped.
    pub without_faults: bool,
    /// Stages with these names alone, where any are given.
    pub stages: Vec<String>,
}

impl ExportFilter {
    /// Whether an episode is meant.
    pub fn takes(&self, trace: &Trace) -> bool {
        let reward = trace.reward.as_ref().map(|reward| reward.value);
        let is_good = self
            .min_reward
            .is_none_or(|least| reward.is_some_and(|reward| reward >= least));
        is_good && !(self.without_faults && trace.end.is_fault())
    }

    /// The stages of an episode that are meant.
    pub fn stages<'t>(&self, trace: &'t Trace) -> impl Iterator<Item = &'t StageTrace> {
        trace
            .stages
            .iter()
            .filter(|stage| self.stages.is_empty() || self.stages.contains(&stage.name))
    }
}

//! What rejection sampling keeps.

use serde::{Deserialize, Serialize};

/// Which episodes a model is taught by. The defaults are the published ones where there are some: what hits the ground truth is
/// kept (ToolTrain, arXiv 2508.03012, section 3.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelectSettings {
    /// Only episodes with at least this reward.
    pub min_reward: f64,
    /// So many of a task, the best first; of equal ones those of fewer turns.
    pub best_of: usize,
    /// Episodes in which the policy says the same, word for word, count once.
    pub deduplicate: bool,
    /// Episodes with a call that could not be read, with wrong arguments, or of a tool that does not exist are left out.
    pub drop_malformed: bool,
    /// Episodes whose task names a place of the ground truth, path and name, are left out: they teach copying.
    pub drop_named_answers: bool,
    /// Episodes that a budget ended are left out.
    pub drop_cut: bool,
    /// The most episodes of one project; 0: no bound.
    pub per_project: usize,
    /// The largest share of all calls that one tool may have; 1: no bound. Episodes that use it most for the least reward go first.
    pub max_tool_share: f64,
}

impl Default for SelectSettings {
    fn default() -> Self {
        Self {
            min_reward: 1e-9,
            best_of: 1,
            deduplicate: true,
            drop_malformed: true,
            drop_named_answers: true,
            drop_cut: true,
            per_project: 0,
            max_tool_share: 1.0,
        }
    }
}

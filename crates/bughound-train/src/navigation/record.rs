//! What is written down of each step of training.

use serde::{Deserialize, Serialize};

use bughound_objective::ObjectiveStats;

/// A step of imitation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SftRecord {
    /// From 0.
    pub step: u64,
    /// The pass over the worlds, from 0.
    pub epoch: usize,
    /// Rate of learning.
    pub rate: f32,
    /// Mean loss of imitated steps.
    pub steps_loss: f64,
    /// Mean loss of the ranking.
    pub ranking_loss: f64,
    /// Length of the slope before it was cut.
    pub slope: f64,
}

/// A step of reinforcement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrpoRecord {
    /// From 0.
    pub step: u64,
    /// The pass over the worlds, from 0.
    pub epoch: usize,
    /// Rate of learning.
    pub rate: f32,
    /// Mean reward.
    pub reward: f64,
    /// Mean nDCG@5.
    pub ndcg: f64,
    /// Mean cost of reading.
    pub cost: f64,
    /// Mean over groups of the variance of rewards.
    pub group_variance: f64,
    /// Groups.
    pub n_groups: usize,
    /// Groups left out: all rewards equal.
    pub n_no_variance: usize,
    /// Mean number of decisions of a search.
    pub length: f64,
    /// Mean number of candidates read.
    pub calls: f64,
    /// Share of searches that ended by their own decision.
    pub exits: f64,
    /// Share that ended by the budget.
    pub budget_ends: f64,
    /// What the objective saw, in the last pass over the batch.
    #[serde(flatten)]
    pub objective: ObjectiveStats,
    /// The loss.
    pub loss: f64,
    /// Length of the slope before it was cut.
    pub slope: f64,
}

/// Who is told of each step.
pub trait Log {
    /// A step of imitation.
    fn sft(&mut self, record: &SftRecord) {
        let _ = record;
    }

    /// A step of reinforcement.
    fn grpo(&mut self, record: &GrpoRecord) {
        let _ = record;
    }

    /// A number of a curve: quality on held-out worlds.
    fn held_out(&mut self, stage: &str, step: u64, ndcg: f64) {
        let _ = (stage, step, ndcg);
    }

    /// Asked between steps.
    fn should_stop(&self) -> bool {
        false
    }
}

/// Nobody.
impl Log for () {}

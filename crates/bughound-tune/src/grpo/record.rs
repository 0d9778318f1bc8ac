//! What is written down of a step of reinforcement.

use bughound_objective::ObjectiveStats;
use serde::Serialize;

use crate::quality::Quality;

/// A step of reinforcement.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GrpoStep {
    /// Rate of learning at its last update.
    pub rate: f64,
    /// All episodes of the step, also those that teach nothing.
    pub episodes: Quality,
    /// Mean of each part of the reward, by name.
    pub parts: std::collections::BTreeMap<String, f64>,
    /// Mean over groups of the variance of rewards.
    pub group_variance: f64,
    /// Groups that teach something.
    pub n_groups: usize,
    /// Groups left out since all rewards are equal.
    pub n_no_variance: usize,
    /// Of these, groups in whose place others were drawn.
    pub n_replaced: usize,
    /// Groups left out since fewer than two episodes have a reward.
    pub n_too_few: usize,
    /// Sequences left out since they are longer than the model's context.
    pub n_too_long: usize,
    /// Updates.
    pub n_updates: usize,
    /// The loss, mean over updates.
    pub loss: f64,
    /// Length of the gradient before it was cut, mean over updates.
    pub gradient: f64,
    /// What the objective saw, over all updates.
    pub objective: ObjectiveStats,
    /// The largest difference between what the sampler and what the trainer say of the same tokens' log-probabilities, where the
    /// weights are the same: at the first update, and without staleness.
    pub disagreement: f64,
    /// By how many steps the weights that sampled were behind.
    pub staleness: u64,
    /// Tokens that the policy wrote in sequences that were learnt from.
    pub n_own: usize,
    /// Tokens of these sequences.
    pub n_tokens: usize,
    /// Seconds spent waiting for episodes; 0 where times are not recorded.
    pub sampling_seconds: f64,
    /// Seconds spent learning.
    pub learning_seconds: f64,
}

/// Puts what several calls of the objective saw together; means are weighted by decisions.
pub(super) fn add(all: &mut ObjectiveStats, more: &ObjectiveStats) {
    let (n, m) = (all.n_decisions as f64, more.n_decisions as f64);
    let mean = |a: f64, b: f64| (a * n + b * m) / (n + m).max(1.0);
    *all = ObjectiveStats {
        n_decisions: all.n_decisions + more.n_decisions,
        n_not_own: all.n_not_own + more.n_not_own,
        n_not_finite: all.n_not_finite + more.n_not_finite,
        n_faults: all.n_faults + more.n_faults,
        n_truncated: all.n_truncated + more.n_truncated,
        clipped_low: mean(all.clipped_low, more.clipped_low),
        clipped_high: mean(all.clipped_high, more.clipped_high),
        clipped_dual: mean(all.clipped_dual, more.clipped_dual),
        ratio_mean: mean(all.ratio_mean, more.ratio_mean),
        ratio_max: all.ratio_max.max(more.ratio_max),
        kl_to_sampler: mean(all.kl_to_sampler, more.kl_to_sampler),
        kl_to_reference: mean(all.kl_to_reference, more.kl_to_reference),
        entropy: mean(all.entropy, more.entropy),
    };
}

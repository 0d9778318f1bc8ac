//! The loss and its slopes.

use bughound_net::math::exp_f64;
use serde::{Deserialize, Serialize};

/// The logarithm of a ratio is held to this: `e²⁰` is beyond every clip, and sums stay finite.
const LARGEST_LOG_RATIO: f64 = 20.0;

/// One decision of a policy, as the objective sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Its log-probability under the policy that drew it.
    pub sampled: f64,
    /// Under the current policy.
    pub current: f64,
    /// Under the policy that the current one should stay near to.
    pub reference: Option<f64>,
    /// The entropy of the current distribution that it was drawn from, where that is known. Reported only.
    pub entropy: Option<f64>,
    /// Whether the policy made it. What a tool or a template wrote into a sequence is not the policy's, and
    /// teaches nothing.
    pub own: bool,
}

/// How a sequence ended, as far as training must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By the policy itself or by the rules of the episode.
    Complete,
    /// Cut off by a budget.
    Truncated,
    /// By a fault of the environment. Always masked.
    Fault,
}

/// All decisions of one episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// In the order in which they were made.
    pub decisions: Vec<Decision>,
    /// How much better than its group the episode was.
    pub advantage: f64,
    /// How it ended.
    pub end: End,
}

/// How the decisions' losses become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregation {
    /// The mean over all decisions: long episodes count more.
    DecisionMean,
    /// The mean over sequences of their means: each episode counts the same.
    SequenceMean,
    /// The mean over sequences of their sums divided by a constant length: no decision counts less for standing in
    /// a long episode.
    ConstantLength(f64),
}

/// A pull towards a reference policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KlToReference {
    /// β: how strong.
    pub coefficient: f64,
}

/// What the loss is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObjectiveSettings {
    /// How far below 1 the ratio of a decision still moves the policy.
    pub clip_low: f64,
    /// How far above 1.
    pub clip_high: f64,
    /// For bad episodes: the largest ratio that still counts. `None`: no bound.
    pub dual_clip: Option<f64>,
    /// The pull towards a reference; decisions without one feel none.
    pub kl: Option<KlToReference>,
    /// How the decisions' losses become one.
    pub aggregation: Aggregation,
    /// Whether episodes that a budget cut off are left out.
    pub mask_truncated: bool,
}

impl Default for ObjectiveSettings {
    /// As published for the search agents: clips of 0.2, a dual clip of 3, no divergence, the mean over decisions.
    fn default() -> Self {
        Self {
            clip_low: 0.2,
            clip_high: 0.2,
            dual_clip: Some(3.0),
            kl: None,
            aggregation: Aggregation::DecisionMean,
            mask_truncated: false,
        }
    }
}

/// The loss with its slopes.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// To be made smaller.
    pub loss: f64,
    /// For each sequence the slope of the loss in each current log-probability; 0 for what is masked.
    pub slopes: Vec<Vec<f64>>,
    /// What happened.
    pub stats: ObjectiveStats,
}

/// What an objective saw. Means are over the decisions that count; 0 where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveStats {
    /// Decisions that count.
    pub n_decisions: usize,
    /// Decisions that the policy did not make.
    pub n_not_own: usize,
    /// Decisions whose log-probabilities are no finite numbers; they are masked, and should not be.
    pub n_not_finite: usize,
    /// Sequences left out after a fault.
    pub n_faults: usize,
    /// Sequences left out since a budget cut them off.
    pub n_truncated: usize,
    /// Share of decisions held back by the lower clip.
    pub clipped_low: f64,
    /// Share held back by the upper clip.
    pub clipped_high: f64,
    /// Share held back by the dual clip.
    pub clipped_dual: f64,
    /// Mean of ρ.
    pub ratio_mean: f64,
    /// Largest ρ.
    pub ratio_max: f64,
    /// Mean of `ρ − 1 − ln ρ`: how far the current policy is from the one that sampled.
    pub kl_to_sampler: f64,
    /// Mean divergence from the reference, of the decisions that have one.
    pub kl_to_reference: f64,
    /// Mean entropy, of the decisions that know it.
    pub entropy: f64,
}

/// The loss of some sequences.
pub fn objective(sequences: &[Sequence], settings: &ObjectiveSettings) -> Objective {
    let mut stats = ObjectiveStats::default();
    let counted: Vec<Vec<bool>> = sequences
        .iter()
        .map(|sequence| counted(sequence, settings, &mut stats))
        .collect();
    let n_sequences = counted.iter().filter(|own| own.contains(&true)).count();
    let mut sums = Sums::default();
    let mut loss = 0.0;
    let mut slopes = Vec::with_capacity(sequences.len());
    for (sequence, counted) in sequences.iter().zip(&counted) {
        let n_own = counted.iter().filter(|own| **own).count();
        let weight = 1.0
            / match settings.aggregation {
                Aggregation::DecisionMean => stats.n_decisions.max(1) as f64,
                Aggregation::SequenceMean => (n_sequences.max(1) * n_own.max(1)) as f64,
                Aggregation::ConstantLength(length) => n_sequences.max(1) as f64 * length,
            };
        let decisions = sequence.decisions.iter().zip(counted);
        slopes.push(
            decisions
                .map(|(decision, counts)| {
                    if !counts {
                        return 0.0;
                    }
                    let (value, slope) = sums.add(decision, sequence.advantage, settings);
                    loss += weight * value;
                    weight * slope
                })
                .collect(),
        );
    }
    sums.finish(&mut stats);
    Objective {
        loss,
        slopes,
        stats,
    }
}

/// Which decisions count.
fn counted(
    sequence: &Sequence,
    settings: &ObjectiveSettings,
    stats: &mut ObjectiveStats,
) -> Vec<bool> {
    let none = vec![false; sequence.decisions.len()];
    if sequence.end == End::Fault {
        stats.n_faults += 1;
        return none;
    }
    if sequence.end == End::Truncated && settings.mask_truncated {
        stats.n_truncated += 1;
        return none;
    }
    sequence
        .decisions
        .iter()
        .map(|decision| {
            let finite = decision.sampled.is_finite()
                && decision.current.is_finite()
                && decision.reference.is_none_or(f64::is_finite)
                && sequence.advantage.is_finite();
            stats.n_not_own += usize::from(!decision.own);
            stats.n_not_finite += usize::from(decision.own && !finite);
            stats.n_decisions += usize::from(decision.own && finite);
            decision.own && finite
        })
        .collect()
}

/// What is added up on the way.
#[derive(Default)]
struct Sums {
    low: usize,
    high: usize,
    dual: usize,
    ratio: f64,
    ratio_max: f64,
    kl_to_sampler: f64,
    kl_to_reference: (f64, usize),
    entropy: (f64, usize),
}

impl Sums {
    /// The loss of one decision and its slope in the current log-probability.
    fn add(
        &mut self,
        decision: &Decision,
        advantage: f64,
        settings: &ObjectiveSettings,
    ) -> (f64, f64) {
        let log_ratio =
            (decision.current - decision.sampled).clamp(-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO);
        let ratio = exp_f64(log_ratio);
        self.ratio += ratio;
        self.ratio_max = self.ratio_max.max(ratio);
        self.kl_to_sampler += ratio - 1.0 - log_ratio;
        if let Some(entropy) = decision.entropy {
            self.entropy.0 += entropy;
            self.entropy.1 += 1;
        }

        let clipped = ratio.clamp(1.0 - settings.clip_low, 1.0 + settings.clip_high);
        let (free, held) = (-advantage * ratio, -advantage * clipped);
        // d(−A·ρ)/d current = −A·ρ.
        let (mut value, mut slope) = if held > free {
            if ratio < clipped {
                self.low += 1;
            } else {
                self.high += 1;
            }
            (held, 0.0)
        } else {
            (free, free)
        };
        if let Some(dual) = settings.dual_clip
            && advantage < 0.0
            && value > -advantage * dual
        {
            self.dual += 1;
            (value, slope) = (-advantage * dual, 0.0);
        }
        if let Some(reference) = decision.reference {
            let log = (reference - decision.current).clamp(-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO);
            let kl = exp_f64(log) - log - 1.0;
            self.kl_to_reference.0 += kl;
            self.kl_to_reference.1 += 1;
            if let Some(KlToReference { coefficient }) = settings.kl {
                value += coefficient * kl;
                slope += coefficient * (1.0 - exp_f64(log));
            }
        }
        (value, slope)
    }

    fn finish(&self, stats: &mut ObjectiveStats) {
        let n = stats.n_decisions.max(1) as f64;
        let mean = |(sum, n): (f64, usize)| sum / n.max(1) as f64;
        stats.clipped_low = self.low as f64 / n;
        stats.clipped_high = self.high as f64 / n;
        stats.clipped_dual = self.dual as f64 / n;
        stats.ratio_mean = self.ratio / n;
        stats.ratio_max = self.ratio_max;
        stats.kl_to_sampler = self.kl_to_sampler / n;
        stats.kl_to_reference = mean(self.kl_to_reference);
        stats.entropy = mean(self.entropy);
    }
}

#[cfg(test)]
mod tests;

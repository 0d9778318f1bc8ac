//! How do two runs differ? Each number of the one beside the other's, with the difference and its interval.

use std::collections::BTreeSet;

use bughound_metrics::{Interval, Mean, RatioSums, Share};
use serde::Serialize;

use crate::RunAnalysis;
use crate::chain::{Chain, END};

/// The first run minus the second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Successes.
    pub success_rate: Option<Change>,
    /// Mean turns of an episode.
    pub turns: Option<Change>,
    /// Usage shares, the largest difference first.
    pub usage: Vec<NamedChange>,
    /// Half the sum of absolute differences of usage shares: 0 for the same, 1 for nothing in common.
    pub usage_distance: f64,
    /// Transitions, by states.
    pub transitions: Vec<TransitionChange>,
    /// The same distance between what follows a state, its mean over the visits of both runs to states that both visit.
    pub transition_distance: Option<f64>,
    /// Thinking as a share of what was written.
    pub thinking_of_written: Option<Change>,
    /// Episodes with findings, by detector.
    pub detectors: Vec<NamedChange>,
}

/// A number in both runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// In the first.
    pub value: f64,
    /// In the second.
    pub against: f64,
    /// The first minus the second.
    pub difference: f64,
    /// Its 95 % interval, the runs taken as independent (wider than need be where they share tasks); absent where the
    /// samples show no variation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// A [`Change`] of something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedChange {
    /// Of what.
    pub name: String,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

/// The [`Change`] of a transition; states that one of the runs never visits have none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TransitionChange {
    /// The state.
    pub from: String,
    /// The next one.
    pub to: String,
    /// The change of its probability.
    #[serde(flatten)]
    pub change: Change,
}

impl Change {
    fn of(value: f64, error: f64, against: f64, other: f64) -> Self {
        let difference = value - against;
        let error = error.hypot(other);
        let interval = (error > 0.0).then_some(Interval {
            low: difference - RatioSums::Z * error,
            high: difference + RatioSums::Z * error,
        });
        Self {
            value,
            against,
            difference,
            interval,
        }
    }

    fn of_shares(a: Option<Share>, b: Option<Share>) -> Option<Self> {
        let (a, b) = (a?, b?);
        let mut change = Self::of(a.share, a.error, b.share, b.error);
        if let Some(interval) = &mut change.interval {
            interval.low = interval.low.max(-1.0);
            interval.high = interval.high.min(1.0);
        }
        Some(change)
    }

    fn of_means(a: Option<Mean>, b: Option<Mean>) -> Option<Self> {
        let (a, b) = (a?, b?);
        Some(Self::of(a.mean, a.error, b.mean, b.error))
    }
}

impl Difference {
    /// The first run minus the second.
    pub fn of(a: &RunAnalysis, b: &RunAnalysis) -> Self {
        let mut usage = usage(a, b);
        usage.sort_by(|x, y| {
            y.change
                .difference
                .abs()
                .total_cmp(&x.change.difference.abs())
        });
        let (transitions, transition_distance) = transitions(&a.chain, &b.chain);
        let turns = |run: &RunAnalysis| run.lengths.all.turns.as_ref().map(|length| length.mean);
        let thinking = |run: &RunAnalysis| run.amounts.all.thinking_of_written;
        let detectors = a.detectors.iter().zip(&b.detectors).filter_map(|(x, y)| {
            let change = Change::of_shares(x.all, y.all)?;
            Some(NamedChange {
                name: x.name.to_owned(),
                change,
            })
        });
        Self {
            success_rate: Change::of_shares(a.success_rate, b.success_rate),
            turns: Change::of_means(turns(a), turns(b)),
            usage_distance: usage
                .iter()
                .map(|named| named.change.difference.abs())
                .sum::<f64>()
                / 2.0,
            usage,
            transitions,
            transition_distance,
            thinking_of_written: Change::of_shares(thinking(a), thinking(b)),
            detectors: detectors.collect(),
        }
    }
}

fn usage(a: &RunAnalysis, b: &RunAnalysis) -> Vec<NamedChange> {
    let of = |run: &RunAnalysis, name: &str| {
        let tool = run.usage.iter().find(|tool| tool.name == name);
        tool.and_then(|tool| tool.all)
            .map_or((0.0, 0.0), |share| (share.share, share.error))
    };
    let names: BTreeSet<&str> = a
        .usage
        .iter()
        .chain(&b.usage)
        .map(|tool| tool.name.as_str())
        .collect();
    let change = |name: &str| {
        let ((value, error), (against, other)) = (of(a, name), of(b, name));
        NamedChange {
            name: name.to_owned(),
            change: Change::of(value, error, against, other),
        }
    };
    names.into_iter().map(change).collect()
}

fn transitions(a: &Chain, b: &Chain) -> (Vec<TransitionChange>, Option<f64>) {
    let visits = |chain: &Chain, name: &str| {
        chain
            .states
            .iter()
            .find(|s| s.name == name)
            .map(|s| s.visits)
    };
    let mut changes = Vec::new();
    let (mut sum, mut weight) = (0.0, 0.0);
    for state in a.states.iter().filter(|state| state.name != END) {
        let Some(other) = visits(b, &state.name) else {
            continue;
        };
        let from = |chain: &Chain| -> Vec<(String, f64, f64)> {
            let out = chain.transitions.iter().filter(|t| t.from == state.name);
            out.map(|t| (t.to.clone(), t.probability.share, t.probability.error))
                .collect()
        };
        let (ours, theirs) = (from(a), from(b));
        let names: BTreeSet<&str> = ours
            .iter()
            .chain(&theirs)
            .map(|(to, ..)| to.as_str())
            .collect();
        let of = |list: &[(String, f64, f64)], name: &str| {
            list.iter()
                .find(|(to, ..)| to == name)
                .map_or((0.0, 0.0), |(_, p, error)| (*p, *error))
        };
        let mut distance = 0.0;
        for to in names {
            let ((value, error), (against, other)) = (of(&ours, to), of(&theirs, to));
            let change = Change::of(value, error, against, other);
            distance += change.difference.abs() / 2.0;
            changes.push(TransitionChange {
                from: state.name.clone(),
                to: to.to_owned(),
                change,
            });
        }
        let n = (state.visits + other) as f64;
        sum += distance * n;
        weight += n;
    }
    (changes, (weight > 0.0).then(|| sum / weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analysis;
    use crate::tests::episode;

    fn run(episodes: &[&[&str]]) -> RunAnalysis {
        let mut analysis = Analysis::new(1.0);
        for (at, tools) in episodes.iter().enumerate() {
            analysis.add(episode(&format!("t{at}"), tools, None));
        }
        analysis.document(&[])
    }

    #[test]
    fn the_same_does_not_differ() {
        let a = run(&[&["x", "y"], &["x"]]);
        let difference = Difference::of(&a, &a);
        assert!(difference.usage_distance.abs() < 1e-12);
        assert!(difference.transition_distance.unwrap().abs() < 1e-12);
        assert!(
            difference
                .transitions
                .iter()
                .all(|t| t.change.difference.abs() < 1e-12)
        );
    }

    #[test]
    fn nothing_in_common() {
        let difference = Difference::of(&run(&[&["x"], &["x"]]), &run(&[&["y"], &["y"]]));
        assert!((difference.usage_distance - 1.0).abs() < 1e-12);
        // Both have a start alone.
        assert!((difference.transition_distance.unwrap() - 1.0).abs() < 1e-12);
        let shown: Vec<String> = difference
            .transitions
            .iter()
            .map(|t| format!("{}→{} {}", t.from, t.to, t.change.difference))
            .collect();
        assert_eq!(shown, ["(start)→x 1", "(start)→y -1"]);
    }
}

//! How good a ranking of examples is: the same metrics as `bughound eval --scorer path` prints, over the pool.

use std::collections::BTreeSet;

use bughound_hound::scorer::{Judgement, Scorer};
use bughound_metrics::{BootstrapSettings, Interval, Judged, Metric, bootstrap_mean};
use rayon::prelude::*;

use crate::example::Example;

/// The candidates and files of one example in an order, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// Positions of candidates.
    pub candidates: Vec<usize>,
    /// Positions of files.
    pub files: Vec<usize>,
    /// The share of the softmax of each candidate, by position; empty where the order is by hand.
    pub shares: Vec<f32>,
}

/// Values of every example, and their means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quality {
    /// Functions, methods and classes, over examples whose fix changes one.
    pub function: LevelQuality,
    /// Files, over all examples.
    pub file: LevelQuality,
}

impl Quality {
    /// Appends the values of other examples.
    pub fn append(&mut self, other: Self) {
        self.function.append(other.function);
        self.file.append(other.file);
    }
}

/// One level; every list has one value per example.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelQuality {
    /// Recall at 1, 5, 10, 50 and 200.
    pub recall: [Vec<f64>; 5],
    /// nDCG at 5.
    pub ndcg5: Vec<f64>,
    /// One over the rank of the first right answer.
    pub reciprocal_rank: Vec<f64>,
}

/// Depths of [`LevelQuality::recall`].
pub const DEPTHS: [usize; 5] = [1, 5, 10, 50, 200];

impl LevelQuality {
    /// Examples counted.
    pub fn n(&self) -> usize {
        self.ndcg5.len()
    }

    /// Mean recall at the `at`-th of [`DEPTHS`], percent.
    pub fn recall_percent(&self, at: usize) -> f64 {
        percent(&self.recall[at])
    }

    /// Mean nDCG at 5, percent.
    pub fn ndcg5_percent(&self) -> f64 {
        percent(&self.ndcg5)
    }

    /// The 95 % interval of the mean recall at a depth (percentile bootstrap over examples).
    pub fn recall_interval(&self, at: usize) -> Option<Interval> {
        bootstrap_mean(&self.recall[at], &BootstrapSettings::default())
    }

    fn add(&mut self, judged: &Judged) {
        for (values, depth) in self.recall.iter_mut().zip(DEPTHS) {
            values.push(Metric::Recall(depth).value(judged));
        }
        self.ndcg5.push(Metric::Ndcg(5).value(judged));
        self.reciprocal_rank
            .push(Metric::ReciprocalRank.value(judged));
    }

    /// Appends the values of other examples.
    pub fn append(&mut self, mut other: Self) {
        for (values, more) in self.recall.iter_mut().zip(&mut other.recall) {
            values.append(more);
        }
        self.ndcg5.append(&mut other.ndcg5);
        self.reciprocal_rank.append(&mut other.reciprocal_rank);
    }
}

fn percent(values: &[f64]) -> f64 {
    100.0 * values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The order that weights set by hand give.
pub fn rank_by_hand(examples: &[&Example]) -> Vec<Ranked> {
    examples
        .iter()
        .map(|example| Ranked {
            candidates: (0..example.ids.len()).collect(),
            files: (0..example.files.len()).collect(),
            shares: Vec::new(),
        })
        .collect()
}

/// The order that a scorer gives.
pub fn rank_learned(examples: &[&Example], scorer: &Scorer) -> Vec<Ranked> {
    examples
        .par_iter()
        .map(|example| {
            let judged = scorer.judge_rows(&example.question());
            ranked_by(judged)
        })
        .collect()
}

pub(super) fn ranked_by(judged: Judgement) -> Ranked {
    Ranked {
        candidates: order(&judged.scores),
        files: order(&judged.file_scores),
        shares: judged.shares,
    }
}

/// Holds rankings against what the fixes change.
pub fn quality(examples: &[&Example], ranked: &[Ranked]) -> Quality {
    let mut out = Quality::default();
    for (example, ranked) in examples.iter().zip(ranked) {
        if example.n_gold > 0 {
            let ids = ranked.candidates.iter().map(|&at| example.ids[at].as_str());
            let gold = example.gold().map(|at| example.ids[at].as_str());
            out.function.add(&judged(ids, gold, example.n_gold));
        }
        let paths = ranked.files.iter().map(|&at| example.files[at].as_str());
        let gold = (0..example.files.len())
            .filter(|&at| example.is_gold_file[at])
            .map(|at| example.files[at].as_str());
        out.file.add(&judged(paths, gold, example.n_gold_files));
    }
    out
}

/// Right answers outside of the pool count as missed.
fn judged<'a>(
    ranking: impl Iterator<Item = &'a str>,
    gold: impl Iterator<Item = &'a str>,
    n_gold: usize,
) -> Judged {
    let found: BTreeSet<&str> = gold.collect();
    let absent: Vec<String> = (found.len()..n_gold)
        .map(|at| format!("\u{0}{at}"))
        .collect();
    let absent: Vec<&str> = absent.iter().map(String::as_str).collect();
    let truth: Vec<&str> = found.iter().copied().chain(absent).collect();
    let ranking: Vec<&str> = ranking.collect();
    Judged::new(ranking, truth, None)
}

fn order(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_pool_is_missed() {
        let example = Example {
            ids: ["a", "b", "c"].map(str::to_owned).to_vec(),
            is_gold: vec![false, true, false],
            n_gold: 2,
            files: vec!["f".to_owned()],
            is_gold_file: vec![true],
            n_gold_files: 1,
            ..Example::default()
        };
        let ranked = Ranked {
            candidates: vec![1, 0, 2],
            files: vec![0],
            shares: Vec::new(),
        };
        let quality = quality(&[&example], &[ranked]);
        assert!((quality.function.recall_percent(1) - 50.0).abs() < 1e-9);
        assert!((quality.file.recall_percent(0) - 100.0).abs() < 1e-9);
    }
}

//! Metrics by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    Judged, accuracy, any_hit, average_precision, capped_accuracy, f1, iou, ndcg, precision,
    recall, reciprocal_rank,
};

/// A metric with its depth, written `recall@5`, `map`, `f1`. The set metrics take the whole answer where
/// no depth is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// [`recall`] at a depth.
    Recall(usize),
    /// Strict [`accuracy`] at a depth.
    Accuracy(usize),
    /// [`capped_accuracy`] at a depth.
    CappedAccuracy(usize),
    /// [`any_hit`] at a depth.
    AnyHit(usize),
    /// [`average_precision`]; MAP over tasks.
    AveragePrecision,
    /// [`reciprocal_rank`]; MRR over tasks.
    ReciprocalRank,
    /// [`ndcg`] at a depth.
    Ndcg(usize),
    /// [`precision`] of the whole answer, or of its first items.
    Precision(Option<usize>),
    /// [`f1`] of the whole answer, or of its first items.
    F1(Option<usize>),
    /// [`iou`] of the whole answer, or of its first items.
    Iou(Option<usize>),
}

impl Metric {
    /// The value for one task: 0 to 1, higher is better.
    pub fn value(self, judged: &Judged) -> f64 {
        let all = usize::MAX;
        let value = match self {
            Self::Recall(k) => recall(judged, k),
            Self::Accuracy(k) => accuracy(judged, k),
            Self::CappedAccuracy(k) => capped_accuracy(judged, k),
            Self::AnyHit(k) => any_hit(judged, k),
            Self::AveragePrecision => average_precision(judged),
            Self::ReciprocalRank => reciprocal_rank(judged),
            Self::Ndcg(k) => ndcg(judged, k),
            Self::Precision(k) => precision(judged, k.unwrap_or(all)),
            Self::F1(k) => f1(judged, k.unwrap_or(all)),
            Self::Iou(k) => iou(judged, k.unwrap_or(all)),
        };
        // An empty sum is -0.0, which would be seen in output.
        value + 0.0
    }

    /// The best value that any answer can reach with this many right answers, when at most `limit` items
    /// of it count: the value of the answer that consists of the right ones alone.
    pub fn ceiling(self, n_truth: usize, limit: Option<usize>) -> f64 {
        self.value(&Judged::perfect(n_truth, limit))
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, depth) = match *self {
            Self::Recall(k) => ("recall", Some(k)),
            Self::Accuracy(k) => ("acc", Some(k)),
            Self::CappedAccuracy(k) => ("capped_acc", Some(k)),
            Self::AnyHit(k) => ("hit", Some(k)),
            Self::AveragePrecision => ("map", None),
            Self::ReciprocalRank => ("mrr", None),
            Self::Ndcg(k) => ("ndcg", Some(k)),
            Self::Precision(k) => ("precision", k),
            Self::F1(k) => ("f1", k),
            Self::Iou(k) => ("iou", k),
        };
        match depth {
            Some(k) => write!(f, "{name}@{k}"),
            None => f.write_str(name),
        }
    }
}

/// A text that names no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no metric; there are recall@K, acc@K, capped_acc@K, hit@K, ndcg@K, map, mrr, and \
     precision, f1 and iou with or without @K (K from 1)"
)]
pub struct UnknownMetric(pub String);

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        let unknown = || UnknownMetric(text.to_owned());
        let (name, depth) = match text.split_once('@') {
            Some((name, depth)) => {
                let depth = depth
                    .parse()
                    .ok()
                    .filter(|&k: &usize| k > 0)
                    .ok_or_else(unknown)?;
                (name, Some(depth))
            }
            None => (text, None),
        };
        Ok(match (name, depth) {
            ("recall", Some(k)) => Self::Recall(k),
            ("acc", Some(k)) => Self::Accuracy(k),
            ("capped_acc", Some(k)) => Self::CappedAccuracy(k),
            ("hit", Some(k)) => Self::AnyHit(k),
            ("map", None) => Self::AveragePrecision,
            ("mrr", None) => Self::ReciprocalRank,
            ("ndcg", Some(k)) => Self::Ndcg(k),
            ("precision", k) => Self::Precision(k),
            ("f1", k) => Self::F1(k),
            ("iou", k) => Self::Iou(k),
            _ => return Err(unknown()),
        })
    }
}

impl Serialize for Metric {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

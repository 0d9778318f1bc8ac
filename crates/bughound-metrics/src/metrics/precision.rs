//! Precision of a set answer.

use crate::Judged;
use crate::judged::ratio;

/// Precision of the answer that consists of the first `k` items (all of them with `usize::MAX`).
///
/// ```text
/// P = |answer ∩ truth| / |answer|,  answer = top-k
/// ```
///
/// An answer shorter than `k` is divided by its own length, not by `k`: it is a set, not a page of
/// results. Where the ranking has `k` items or more this is TREC's P@k. An empty answer has precision 0.
/// Source: Manning, Raghavan, Schütze, *Introduction to Information Retrieval* (2008), §8.3; set answers
/// in localization: arXiv 2512.20957 (RepoNavigator), §4.
pub fn precision(judged: &Judged, k: usize) -> f64 {
    ratio(judged.hits_within(k), judged.n_ranked().min(k))
}

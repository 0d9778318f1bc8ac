//! Recall@k.

use crate::Judged;
use crate::judged::ratio;

/// Recall@k: the share of the right answers that stand among the first `k`.
///
/// ```text
/// Recall@k = |top-k ∩ truth| / |truth|
/// ```
///
/// With more than `k` right answers it cannot reach 1. Source: Manning, Raghavan, Schütze, *Introduction
/// to Information Retrieval* (2008), §8.3; for localization arXiv 2508.03012, appendix E.
pub fn recall(judged: &Judged, k: usize) -> f64 {
    ratio(judged.hits_within(k), judged.n_truth())
}

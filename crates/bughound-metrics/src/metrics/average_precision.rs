//! Average precision; its mean over tasks is MAP.

use crate::Judged;

/// Average precision: the precision at the place of each right answer, averaged over *all* right answers;
/// those that were not found bring 0.
///
/// ```text
/// AP = 1/|truth| · Σ_{i : r_i ∈ truth} |top-i ∩ truth| / i
/// ```
///
/// Its mean over tasks is MAP. Source: Manning, Raghavan, Schütze, *Introduction to Information Retrieval*
/// (2008), §8.4; the same as trec_eval's `map`.
pub fn average_precision(judged: &Judged) -> f64 {
    if judged.n_truth() == 0 {
        return 0.0;
    }
    let sum: f64 = judged
        .hits()
        .iter()
        .enumerate()
        .map(|(n_before, &place)| (n_before + 1) as f64 / (place + 1) as f64)
        .sum();
    sum / judged.n_truth() as f64
}

//! F1 of a set answer.

use crate::Judged;
use crate::judged::ratio;

/// F1 (Dice) of the answer that consists of the first `k` items (all of them with `usize::MAX`): the
/// harmonic mean of its precision and recall.
///
/// ```text
/// F1 = 2·|answer ∩ truth| / (|answer| + |truth|),  answer = top-k
/// ```
///
/// Averaged over tasks this is the "sample F1" of the localization papers. Source: van Rijsbergen,
/// *Information Retrieval* (1979), ch. 7.
pub fn f1(judged: &Judged, k: usize) -> f64 {
    if judged.n_truth() == 0 {
        return 0.0;
    }
    ratio(
        2 * judged.hits_within(k),
        judged.n_ranked().min(k) + judged.n_truth(),
    )
}

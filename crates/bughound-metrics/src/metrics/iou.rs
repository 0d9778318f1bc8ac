//! Intersection over union of a set answer.

use crate::Judged;
use crate::judged::ratio;

/// Intersection over union (Jaccard index) of the answer that consists of the first `k` items (all of
/// them with `usize::MAX`) and the right answers.
///
/// ```text
/// IoU = |answer ∩ truth| / |answer ∪ truth|,  answer = top-k
/// ```
///
/// Source: Jaccard, *The distribution of the flora in the alpine zone* (1912).
pub fn iou(judged: &Judged, k: usize) -> f64 {
    if judged.n_truth() == 0 {
        return 0.0;
    }
    let both = judged.hits_within(k);
    ratio(both, judged.n_ranked().min(k) + judged.n_truth() - both)
}

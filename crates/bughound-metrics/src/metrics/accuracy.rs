//! Strict accuracy.

use crate::Judged;

/// Strict Acc@k: 1 where *all* right answers stand among the first `k`, else 0.
///
/// ```text
/// Acc@k = [truth ⊆ top-k]
/// ```
///
/// With more than `k` right answers it is 0. Source: arXiv 2503.09089 (LocAgent), §5.1; arXiv 2505.07849
/// (SweRank), §4.
pub fn accuracy(judged: &Judged, k: usize) -> f64 {
    let all = judged.n_truth() > 0 && judged.hits_within(k) == judged.n_truth();
    f64::from(u8::from(all))
}

/// Acc@k as LocAgent's published script computes it: 1 where the first `k` hold as many right answers as
/// `k` places can.
///
/// ```text
/// Acc@k = [|top-k ∩ truth| = min(k, |truth|)]
/// ```
///
/// It differs from [`accuracy`] only where there are more than `k` right answers: there the strict one is
/// 0 and this one asks for `k` right answers in `k` places. Source: `evaluation/eval_metric.py`,
/// `acc_at_k`, in the LocAgent repository (the ideal is cut at `k` before the two are compared).
pub fn capped_accuracy(judged: &Judged, k: usize) -> f64 {
    let possible = judged.n_truth().min(k);
    let all = possible > 0 && judged.hits_within(k) == possible;
    f64::from(u8::from(all))
}

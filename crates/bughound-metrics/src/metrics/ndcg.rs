//! Normalised discounted cumulative gain.

use crate::Judged;

/// nDCG@k with binary gains; the ideal is the best that `min(k, |truth|)` places can hold, so that 1 can
/// always be reached.
///
/// ```text
/// nDCG@k = Σ_{i ≤ k, r_i ∈ truth} 1/log2(i+1)  /  Σ_{i ≤ min(k, |truth|)} 1/log2(i+1)
/// ```
///
/// Source: Järvelin, Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, ACM TOIS 20(4), 2002,
/// with the logarithmic discount of Burges et al. 2005; for localization arXiv 2508.03012, appendix E
/// (also its training reward, with k = 5).
pub fn ndcg(judged: &Judged, k: usize) -> f64 {
    let ideal: f64 = (0..judged.n_truth().min(k)).map(discount).sum();
    if ideal <= 0.0 {
        return 0.0;
    }
    let gained: f64 = judged.hits()[..judged.hits_within(k)]
        .iter()
        .map(|&place| discount(place))
        .sum();
    gained / ideal
}

/// What a right answer at a 0-based place is worth.
fn discount(place: usize) -> f64 {
    1.0 / ((place + 2) as f64).log2()
}

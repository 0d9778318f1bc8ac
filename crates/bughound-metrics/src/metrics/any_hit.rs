//! Any hit.

use crate::Judged;

/// Hit@k, also called "Top k" or success@k: 1 where *any* right answer stands among the first `k`, else 0.
///
/// ```text
/// Hit@k = [top-k ∩ truth ≠ ∅]
/// ```
///
/// Source: Zhou, Zhang, Lo, *Where should the bugs be fixed?* (ICSE 2012), "Top N Rank"; "TOP k" in
/// arXiv 2503.22424 (CoSIL).
pub fn any_hit(judged: &Judged, k: usize) -> f64 {
    f64::from(u8::from(judged.hits_within(k) > 0))
}

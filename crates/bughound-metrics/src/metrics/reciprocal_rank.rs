//! Reciprocal rank; its mean over tasks is MRR.

use crate::Judged;

/// Reciprocal rank: one over the rank of the first right answer; 0 where there is none.
///
/// ```text
/// RR = 1 / min{ i : r_i ∈ truth }
/// ```
///
/// Its mean over tasks is MRR. Source: Voorhees, *The TREC-8 Question Answering Track Report* (1999).
pub fn reciprocal_rank(judged: &Judged) -> f64 {
    judged.first_rank().map_or(0.0, |rank| 1.0 / rank as f64)
}

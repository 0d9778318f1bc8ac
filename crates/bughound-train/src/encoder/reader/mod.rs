//! Reads texts and candidates with a trained encoder, whatever trained it. Terms that it does not know count nothing:
//! names of one repository are what the lexical features are for.

mod documents;
mod weights;

pub use documents::DocumentVectors;
pub use weights::EncoderError;
pub(super) use weights::PREFIX;

use bughound_index::N_DOC_FIELDS;
use bughound_net::Matrix;
use rustc_hash::FxHashMap;

use super::embed::{add_scaled, dot};

/// The encoder as it is read from a file of weights.
///
/// A text is `M · Σ_t g_t q_t E_t`, with `q_t` the weight of term `t` in it; a candidate is
/// `Σ_t w_t (Σ_f a_f c_tf) E_t`, with `c_tf` the sum over the identifiers of field `f` that hold `t` of the square
/// roots of their counts. Both are divided by their lengths, and the score is their product: a cosine.
#[derive(Clone, Debug)]
pub struct Encoder {
    dim: usize,
    /// The row of each term, by the upper 48 bits of its hash.
    rows: FxHashMap<u64, u32>,
    /// `w_t E_t`.
    documents: Matrix,
    /// `g_t E_t`.
    queries: Matrix,
    /// `M`.
    mix: Matrix,
    /// `a_f`.
    fields: [f32; N_DOC_FIELDS],
}

/// Bits of a term's hash that are kept: two numbers of 24 bits, which 32-bit floats hold exactly.
fn key_of(hash: u64) -> u64 {
    hash >> 16
}

impl Encoder {
    /// The vector of a text given by its terms ([`bughound_index::tokens::term_hash`]) and their weights, of length
    /// 1. `None` where it has no term that the encoder knows.
    pub fn query(&self, terms: impl IntoIterator<Item = (u64, f32)>) -> Option<Vec<f32>> {
        let mut sum = vec![0.0; self.dim];
        for (hash, weight) in terms {
            if let Some(&row) = self.rows.get(&key_of(hash)) {
                add_scaled(&mut sum, weight, self.queries.row(row as usize));
            }
        }
        let mut mixed: Vec<f32> = (0..self.dim)
            .map(|to| dot(self.mix.row(to), &sum))
            .collect();
        to_unit(&mut mixed).then_some(mixed)
    }
}

/// Divides a vector by its length; `false` where that is 0.
fn to_unit(vector: &mut [f32]) -> bool {
    let length = dot(vector, vector).sqrt();
    if length <= 0.0 {
        return false;
    }
    for value in vector {
        *value /= length;
    }
    true
}

#[cfg(test)]
mod tests;

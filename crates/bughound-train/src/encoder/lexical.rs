//! Words in common, while the encoder learns: what it adds them to is what it need not learn.

use bughound_index::{Bm25f, N_DOC_FIELDS};
use bughound_net::math::ln;
use rustc_hash::FxHashMap;

use crate::pairs::{DocumentTerm, QueryTerm};

/// The documents of a batch by their terms.
pub(super) struct BatchIndex {
    n_documents: usize,
    /// Document and saturated count, by term.
    postings: FxHashMap<u32, Vec<(u32, f32)>>,
}

impl BatchIndex {
    /// Counts as BM25F does, lengths left out.
    pub(super) fn of<'a>(
        documents: impl Iterator<Item = &'a [DocumentTerm]>,
        weights: &[f32; N_DOC_FIELDS],
    ) -> Self {
        let k1 = Bm25f::default().k1;
        let mut postings: FxHashMap<u32, Vec<(u32, f32)>> = FxHashMap::default();
        let mut n_documents = 0;
        for (number, terms) in (0..).zip(documents) {
            n_documents += 1;
            for same in terms.chunk_by(|a, b| a.term == b.term) {
                let tf: f32 = same
                    .iter()
                    .map(|t| weights[usize::from(t.field)] * f32::from(t.sixteenths) / 16.0)
                    .sum();
                if tf > 0.0 {
                    let entry = postings.entry(same[0].term).or_default();
                    entry.push((number, tf / (tf + k1)));
                }
            }
        }
        Self {
            n_documents,
            postings,
        }
    }

    /// The score of each document for a text, divided by the largest.
    pub(super) fn scores(&self, query: &[QueryTerm]) -> Vec<f32> {
        let mut scores = vec![0.0; self.n_documents];
        for term in query {
            let Some(holders) = self.postings.get(&term.term) else {
                continue;
            };
            let n = holders.len() as f32;
            let idf = ln(1.0 + (self.n_documents as f32 - n + 0.5) / (n + 0.5));
            for &(document, saturated) in holders {
                scores[document as usize] += term.weight * idf * saturated;
            }
        }
        let most = scores.iter().copied().fold(0.0, f32::max);
        if most > 0.0 {
            for score in &mut scores {
                *score /= most;
            }
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_in_common_score_highest() {
        let document = |terms: &[u32]| -> Vec<DocumentTerm> {
            let of = |&term| DocumentTerm {
                term,
                field: 5,
                sixteenths: 16,
            };
            terms.iter().map(of).collect()
        };
        let documents = [document(&[0, 1]), document(&[1, 2]), document(&[1])];
        let index = BatchIndex::of(
            documents.iter().map(Vec::as_slice),
            &Bm25f::default().weight,
        );
        let query = [1, 2, 9].map(|term| QueryTerm { term, weight: 1.0 });
        let scores = index.scores(&query);
        assert!((scores[1] - 1.0).abs() < 1e-6);
        assert!(scores[0] > 0.0 && scores[0] < 0.5);
        assert!((scores[0] - scores[2]).abs() < 1e-6);
    }
}

//! How a candidate's score comes about: by field, by its strongest terms, by how much of the issue it covers.

use rayon::prelude::*;

use super::{Bm25f, DocCounter, Hits, N_DOC_FIELDS, norms, weighted_tf};
use crate::index::Index;

/// Saturation of a field on its own.
const K1: f32 = 1.3;

/// Views of every candidate's match with one weighting of the query; all by candidate.
#[derive(Clone, Debug, Default)]
pub struct LexicalViews {
    /// By [`super::DocField`]: BM25 of the field alone (k1 1.3): `Σ q(t) · idf(t) · tf / (tf + 1.3)` with `tf`
    /// normalised by the field's length.
    pub by_field: [Vec<f32>; N_DOC_FIELDS],
    /// The largest contribution of one term to BM25F.
    pub best_term: Vec<f32>,
    /// The sum of the three largest.
    pub best_three: Vec<f32>,
    /// `Σ q(t) · idf(t)` over the terms that the candidate has, / the same over all terms of the query.
    pub coverage: Vec<f32>,
    /// The same with the second weighting.
    pub second_coverage: Vec<f32>,
    /// Number of the query's terms that the candidate has.
    pub n_terms: Vec<f32>,
}

#[derive(Clone, Copy, Default)]
struct View {
    by_field: [f32; N_DOC_FIELDS],
    best: [f32; 3],
    covered: f32,
    second_covered: f32,
    n_terms: f32,
}

impl Hits {
    /// Views under a weighting of the query's terms; `second` is another one, for its coverage alone.
    pub fn views(
        &self,
        index: &Index,
        bm25f: &Bm25f,
        weighting: &[f32],
        second: &[f32],
    ) -> LexicalViews {
        let lengths = index.lengths();
        let views: Vec<View> = self
            .candidates
            .par_iter()
            .with_min_len(1024)
            .map_init(
                || DocCounter::new(self.n_terms),
                |doc, &symbol| {
                    self.gather(index, symbol, doc);
                    let norms = norms(index, lengths, bm25f, &self.average, symbol);
                    let mut view = View::default();
                    for (term, counts) in doc.iter() {
                        let weight = weighting[term] * self.idf[term];
                        let tf = weighted_tf(counts, &norms);
                        view.add_best(weight * tf / (tf + bm25f.k1));
                        view.covered += weight;
                        view.second_covered += second[term] * self.idf[term];
                        view.n_terms += 1.0;
                        for field in 0..N_DOC_FIELDS {
                            if counts[field] > 0 {
                                let tf =
                                    f32::from(counts[field]) * norms[field] / bm25f.weight[field];
                                view.by_field[field] += weight * tf / (tf + K1);
                            }
                        }
                    }
                    doc.clear();
                    view
                },
            )
            .collect();
        let whole = |weights: &[f32]| -> f32 {
            let sum: f32 = weights.iter().zip(&self.idf).map(|(q, idf)| q * idf).sum();
            sum.max(1e-6)
        };
        let (all, all_second) = (whole(weighting), whole(second));
        let column = |value: &dyn Fn(&View) -> f32| views.iter().map(value).collect();
        LexicalViews {
            by_field: std::array::from_fn(|field| column(&|view| view.by_field[field])),
            best_term: column(&|view| view.best[0]),
            best_three: column(&|view| view.best.iter().sum()),
            coverage: column(&|view| view.covered / all),
            second_coverage: column(&|view| view.second_covered / all_second),
            n_terms: column(&|view| view.n_terms),
        }
    }
}

impl View {
    fn add_best(&mut self, value: f32) {
        let mut value = value;
        for best in &mut self.best {
            if value > *best {
                std::mem::swap(&mut value, best);
            }
        }
    }
}

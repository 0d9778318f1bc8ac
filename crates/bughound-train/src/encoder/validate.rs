//! How well the encoder finds functions in projects that it has not learnt from.

use bughound_index::Bm25f;
use serde::Serialize;

use super::embed::{Bag, Embedded, dot, embed_document, embed_query};
use super::lexical::BatchIndex;
use super::model::EncoderModel;
use crate::pairs::{Pair, PairKind, Pairs};

/// Means over the fixes of held-out projects. For each, the functions of all of its project's fixes are ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Validation {
    /// Fixes.
    pub n: usize,
    /// Ranked by cosine.
    pub encoder: RankMeans,
    /// Ranked by the words in common.
    pub words: RankMeans,
    /// Ranked by the sum of both, words divided by the largest value.
    pub both: RankMeans,
}

/// How early changed functions come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RankMeans {
    /// Mean of 1 / rank of the best-ranked changed function.
    pub reciprocal_rank: f64,
    /// Share of fixes with a changed function among the first ten.
    pub hit_at_10: f64,
}

impl RankMeans {
    fn add(&mut self, scores: &[f32], gold: &[usize]) {
        let best = gold
            .iter()
            .map(|&at| scores[at])
            .fold(f32::NEG_INFINITY, f32::max);
        let rank = 1 + scores.iter().filter(|score| **score > best).count();
        self.reciprocal_rank += 1.0 / rank as f64;
        self.hit_at_10 += f64::from(u8::from(rank <= 10));
    }

    fn divide(&mut self, n: usize) {
        let n = n.max(1) as f64;
        self.reciprocal_rank /= n;
        self.hit_at_10 /= n;
    }
}

/// Fixes of one project that are looked at.
const PER_PROJECT: usize = 150;

/// Ranks the functions of held-out fixes.
pub(super) fn validate(
    model: &EncoderModel,
    pairs: &Pairs,
    row_of: &[u32],
    held_out: &[&Pair],
) -> Validation {
    let mut out = Validation::default();
    for project in 0..pairs.projects.len() {
        let is_fix =
            |pair: &&Pair| pair.project as usize == project && pair.kind == PairKind::Fix as u32;
        let fixes: Vec<&Pair> = held_out
            .iter()
            .copied()
            .filter(is_fix)
            .take(PER_PROJECT)
            .collect();
        let mut ids: Vec<u32> = fixes
            .iter()
            .flat_map(|pair| pairs.positives(pair).iter().chain(pairs.siblings(pair)))
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let documents: Vec<Embedded> = ids
            .iter()
            .map(|&id| embed_document(model, &Bag::of_document(pairs.document(id), row_of, true)))
            .collect();
        let words = BatchIndex::of(
            ids.iter().map(|&id| pairs.document(id)),
            &Bm25f::default().weight,
        );
        for pair in fixes {
            let query = embed_query(model, &Bag::of_query(pairs.query(pair), row_of));
            let gold: Vec<usize> = pairs
                .positives(pair)
                .iter()
                .filter_map(|id| ids.binary_search(id).ok())
                .collect();
            let cosines: Vec<f32> = documents
                .iter()
                .map(|document| dot(&query.unit, &document.unit))
                .collect();
            let words = words.scores(pairs.query(pair));
            let both: Vec<f32> = cosines.iter().zip(&words).map(|(a, b)| a + b).collect();
            out.n += 1;
            out.encoder.add(&cosines, &gold);
            out.words.add(&words, &gold);
            out.both.add(&both, &gold);
        }
    }
    let n = out.n;
    for means in [&mut out.encoder, &mut out.words, &mut out.both] {
        means.divide(n);
    }
    out
}

//! Weight passed along mentions.

use bughound_index::{Index, SymbolIdx};

use super::top;
use crate::features::{CandidateFeature as C, Features};

/// How many of the best candidates pass weight on.
const N_SEEDS: usize = 40;

/// Weight passed along mentions, one step each way (personalised PageRank cut after one iteration: more
/// brings nothing, docs/lab/).
pub(super) fn spread(index: &Index, features: &mut Features) {
    let base = features.candidate(C::Base);
    let seeds: Vec<(SymbolIdx, f32)> = top(base, N_SEEDS)
        .into_iter()
        .map(|row| (features.candidates[row], base[row] * base[row]))
        .collect();
    let total: f32 = seeds.iter().map(|(_, weight)| weight).sum();
    let mut spread = vec![0.0; features.candidates.len()];
    if total > 0.0 {
        let seeds: Vec<(SymbolIdx, f32)> = seeds
            .into_iter()
            .map(|(symbol, weight)| (symbol, weight / total))
            .collect();
        let references = index.references();
        let mut add = |pairs: &[(SymbolIdx, f32)]| {
            for &(symbol, weight) in pairs {
                if let Some(row) = features.row(symbol) {
                    spread[row] += 0.5 * weight;
                }
            }
        };
        add(&seeds);
        add(&references.to_callees(index, &seeds));
        add(&references.to_callers(index, &seeds));
    }
    features.set_candidate(C::Spread, spread);
}

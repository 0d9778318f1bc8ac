//! Weight passed along mentions, from the best candidates and from those that the issue names.

use bughound_index::{Index, References, SymbolIdx};

use super::top;
use crate::features::{CandidateFeature as C, Features};

/// How many of the best candidates pass weight on.
const N_SEEDS: usize = 40;
/// How many of those that a first step reaches pass it on.
const N_SECOND_SEEDS: usize = 100;

type Weights = Vec<(SymbolIdx, f32)>;

/// One step each way (personalised PageRank cut after one iteration: more brings nothing to the sum, docs/lab/),
/// each way alone, and two steps for those who learn.
pub(super) fn spread(index: &Index, features: &mut Features) {
    let seeds = seeds(features, C::Base, 2);
    let references = index.references();
    let callees = references.to_callees(index, &seeds);
    let callers = references.to_callers(index, &seeds);
    let mut spread = vec![0.0; features.candidates.len()];
    for pairs in [&seeds, &callees, &callers] {
        for &(symbol, weight) in pairs {
            if let Some(row) = features.row(symbol) {
                spread[row] += 0.5 * weight;
            }
        }
    }
    features.set_candidate(C::Spread, spread);
    let second = |from: &Weights, step: Step| step(references, index, &strongest(from));
    let columns = [
        (C::CalleeTwice, second(&callees, References::to_callees)),
        (C::CallerTwice, second(&callers, References::to_callers)),
        (C::CalledTogether, second(&callers, References::to_callees)),
        (C::Callee, callees),
        (C::Caller, callers),
    ];
    for (feature, weights) in columns {
        set(features, feature, &weights);
    }
    let named = self::seeds(features, C::Exact, 1);
    set(
        features,
        C::CalleeOfExact,
        &references.to_callees(index, &named),
    );
    set(
        features,
        C::CallerOfExact,
        &references.to_callers(index, &named),
    );
}

type Step = fn(&References, &Index, &[(SymbolIdx, f32)]) -> Weights;

/// The best by a feature, with their share of the sum of its `power`.
fn seeds(features: &Features, feature: C, power: i32) -> Weights {
    let values = features.candidate(feature);
    let best = top(values, N_SEEDS);
    let total: f32 = best.iter().map(|&row| values[row].powi(power)).sum();
    best.into_iter()
        .map(|row| (features.candidates[row], values[row].powi(power) / total))
        .collect()
}

fn strongest(weights: &Weights) -> Weights {
    let values: Vec<f32> = weights.iter().map(|(_, weight)| *weight).collect();
    let mut best: Weights = top(&values, N_SECOND_SEEDS)
        .into_iter()
        .map(|at| weights[at])
        .collect();
    best.sort_unstable_by_key(|(symbol, _)| *symbol);
    best
}

fn set(features: &mut Features, feature: C, weights: &Weights) {
    let mut values = vec![0.0; features.candidates.len()];
    for &(symbol, weight) in weights {
        if let Some(row) = features.row(symbol) {
            values[row] = weight;
        }
    }
    features.set_candidate(feature, values);
}

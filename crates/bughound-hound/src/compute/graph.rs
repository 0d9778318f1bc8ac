//! Weight passed along mentions, from the best candidates and from those that the issue names.

use bughound_index::{Index, References, SymbolIdx};
use rayon::prelude::*;

use super::top;
use crate::features::{CandidateFeature as C, Features};

/// How many of the best candidates pass weight on.
const N_SEEDS: usize = 40;
/// How many of the best candidates' calls are resolved.
const N_CALLERS: usize = 20;
/// How many of those that mention a candidate are asked whether they call it.
const MAX_USERS: usize = 40;
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

/// The calls of the best candidates, and those of them, as far as they can be resolved.
pub(super) fn calls(index: &Index, features: &mut Features) {
    let base = features.candidate(C::Base);
    let mut called = vec![0.0f32; base.len()];
    let mut calls = vec![0.0f32; base.len()];
    let seeds = top(base, N_CALLERS);
    for (&row, found) in seeds.iter().zip(near_calls(index, features, &seeds)) {
        for (to, confidence) in found.callees {
            if let Some(to) = features.row(to) {
                called[to] = called[to].max(base[row] * confidence);
            }
        }
        for (from, confidence) in found.callers {
            if let Some(from) = features.row(from) {
                calls[from] = calls[from].max(base[row] * confidence);
            }
        }
    }
    features.set_candidate(C::CalledByBest, called);
    features.set_candidate(C::CallsBest, calls);
}

/// The calls from and to one candidate.
struct Calls {
    callees: Weights,
    callers: Weights,
}

fn near_calls(index: &Index, features: &Features, rows: &[usize]) -> Vec<Calls> {
    rows.par_iter()
        .map(|&row| {
            let symbol = features.candidates[row];
            let users = index.references().users_of(index.names().of(symbol));
            let users = users.iter().take(MAX_USERS).copied();
            let callers = users.filter_map(|user| {
                let calls = index.near_calls(user);
                let at = calls.binary_search_by_key(&symbol, |call| call.0).ok()?;
                Some((user, calls[at].1))
            });
            Calls {
                callers: callers.collect(),
                callees: index.near_calls(symbol),
            }
        })
        .collect()
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

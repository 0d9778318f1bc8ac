//! Who mentions which name: for every unit of code the names of definitions that it mentions in its
//! signature and body, and the other way round. No resolution: a mention of `save` is an edge to every
//! `save`. Precise edges are [`crate::graph`]'s.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::{Index, SymbolIdx, u32_of};
use crate::names::NameIdx;
use crate::record::Field;

/// Names with more definitions than this say nothing about which one is meant.
pub const MAX_DEFINITIONS: usize = 10;

/// Mentions, both ways. Units are candidates (nested definitions count for the candidate around them);
/// code outside of any candidate is left out.
pub struct References {
    names_at: Vec<u32>,
    names: Vec<NameIdx>,
    users_at: Vec<u32>,
    users: Vec<SymbolIdx>,
}

impl References {
    pub(crate) fn build(index: &Index) -> Self {
        let names = index.names();
        let per_file: Vec<Vec<(u32, u32)>> = index
            .files()
            .par_iter()
            .with_min_len(32)
            .map(|file| {
                let record = file.record();
                let known: Vec<Option<NameIdx>> = record
                    .idents
                    .iter()
                    .map(|&hash| {
                        names
                            .by_hash(hash)
                            .filter(|&name| names.symbols(name).len() <= MAX_DEFINITIONS)
                    })
                    .collect();
                let mut edges = Vec::new();
                for (unit, owner) in owners(record).into_iter().enumerate() {
                    let Some(owner) = owner else { continue };
                    let symbol = file.first_symbol + owner;
                    let own_name = names.of(SymbolIdx(symbol));
                    for posting in record.unit_postings(unit) {
                        let in_code = posting.field() == Field::Body as usize
                            || posting.field() == Field::Signature as usize;
                        if let Some(name) = known[posting.ident() as usize]
                            && in_code
                            && name != own_name
                        {
                            edges.push((symbol, name.0));
                        }
                    }
                }
                edges.sort_unstable();
                edges.dedup();
                edges
            })
            .collect();
        let n_edges = per_file.iter().map(Vec::len).sum();
        let mut names_at = vec![0u32; index.n_symbols() + 1];
        let mut users_at = vec![0u32; names.len() + 1];
        let mut targets = Vec::with_capacity(n_edges);
        for &(symbol, name) in per_file.iter().flatten() {
            names_at[symbol as usize + 1] += 1;
            users_at[name as usize + 1] += 1;
            targets.push(NameIdx(name));
        }
        prefix_sums(&mut names_at);
        prefix_sums(&mut users_at);
        let mut next = users_at.clone();
        let mut users = vec![SymbolIdx(0); n_edges];
        for &(symbol, name) in per_file.iter().flatten() {
            users[next[name as usize] as usize] = SymbolIdx(symbol);
            next[name as usize] += 1;
        }
        Self {
            names_at,
            names: targets,
            users_at,
            users,
        }
    }

    /// The names that a candidate mentions.
    pub fn names_in(&self, symbol: SymbolIdx) -> &[NameIdx] {
        let i = symbol.index();
        &self.names[self.names_at[i] as usize..self.names_at[i + 1] as usize]
    }

    /// The candidates that mention a name.
    pub fn users_of(&self, name: NameIdx) -> &[SymbolIdx] {
        let i = name.0 as usize;
        &self.users[self.users_at[i] as usize..self.users_at[i + 1] as usize]
    }

    /// Weight carried from each of `seeds` to the definitions that it mentions:
    /// `D^T (R^T (s / √out) / √in)` with `R` candidate × name, `D` name × definition (`1 / #definitions`),
    /// `out` the number of names a candidate mentions, `in` the number of candidates that mention a name.
    pub fn to_callees(&self, index: &Index, seeds: &[(SymbolIdx, f32)]) -> Vec<(SymbolIdx, f32)> {
        let names = index.names();
        let mut by_name: FxHashMap<u32, f32> = FxHashMap::default();
        for &(symbol, weight) in seeds {
            let mentioned = self.names_in(symbol);
            let share = weight / (mentioned.len().max(1) as f32).sqrt();
            for name in mentioned {
                *by_name.entry(name.0).or_default() += share;
            }
        }
        let mut by_name: Vec<(u32, f32)> = by_name.into_iter().collect();
        by_name.sort_unstable_by_key(|(name, _)| *name);
        let mut out: FxHashMap<u32, f32> = FxHashMap::default();
        for (name, weight) in by_name {
            let name = NameIdx(name);
            let share = weight / (self.users_of(name).len().max(1) as f32).sqrt();
            let defined = names.symbols(name);
            for symbol in defined {
                *out.entry(symbol.0).or_default() += share / defined.len() as f32;
            }
        }
        sorted(out)
    }

    /// Weight carried from each of `seeds` to the candidates that mention it: `R (D s / √in) / √out`.
    pub fn to_callers(&self, index: &Index, seeds: &[(SymbolIdx, f32)]) -> Vec<(SymbolIdx, f32)> {
        let names = index.names();
        let mut by_name: FxHashMap<u32, f32> = FxHashMap::default();
        for &(symbol, weight) in seeds {
            let name = names.of(symbol);
            let n_definitions = names.symbols(name).len();
            if n_definitions <= MAX_DEFINITIONS {
                *by_name.entry(name.0).or_default() += weight / n_definitions as f32;
            }
        }
        let mut by_name: Vec<(u32, f32)> = by_name.into_iter().collect();
        by_name.sort_unstable_by_key(|(name, _)| *name);
        let mut out: FxHashMap<u32, f32> = FxHashMap::default();
        for (name, weight) in by_name {
            let users = self.users_of(NameIdx(name));
            let share = weight / (users.len().max(1) as f32).sqrt();
            for user in users {
                let n_mentioned = self.names_in(*user).len().max(1) as f32;
                *out.entry(user.0).or_default() += share / n_mentioned.sqrt();
            }
        }
        sorted(out)
    }
}

/// For each unit of a record the candidate to which it belongs: itself, or the one around it.
pub(crate) fn owners(record: &crate::record::BlobRecord) -> Vec<Option<u32>> {
    let mut owners: Vec<Option<u32>> = Vec::with_capacity(record.n_defs() + 1);
    owners.push(None);
    for (i, def) in (0..).zip(record.defs()) {
        let owner = if crate::index::is_candidate(def) {
            Some(i)
        } else {
            def.parent.and_then(|parent| owners[parent as usize + 1])
        };
        owners.push(owner);
    }
    owners
}

fn sorted(map: FxHashMap<u32, f32>) -> Vec<(SymbolIdx, f32)> {
    let mut pairs: Vec<(SymbolIdx, f32)> = map
        .into_iter()
        .map(|(symbol, weight)| (SymbolIdx(symbol), weight))
        .collect();
    pairs.sort_unstable_by_key(|(symbol, _)| *symbol);
    pairs
}

fn prefix_sums(at: &mut [u32]) {
    for i in 1..at.len() {
        at[i] += at[i - 1];
    }
    debug_assert!(u32_of(at.len()) > 0);
}

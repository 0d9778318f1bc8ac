//! The ranked answer.

use bughound_core::{Level, Location, Reason};
use bughound_index::{FileIdx, Index, SymbolIdx};
use rustc_hash::FxHashSet;

/// One ranked thing.
#[derive(Clone, Debug)]
pub struct Ranked<T> {
    /// What.
    pub item: T,
    /// Higher is better; comparable within one answer.
    pub score: f32,
    /// Why, strongest first. Only the head of the list ([`N_EXPLAINED`]) carries reasons.
    pub reasons: Vec<Reason>,
}

/// How many files and candidates of an answer carry reasons.
pub const N_EXPLAINED: usize = 50;

/// Ranked files and candidates (functions, methods, types), best first.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Every source file that anything speaks for.
    pub files: Vec<Ranked<FileIdx>>,
    /// The best candidates, at least 500 where there are as many.
    pub symbols: Vec<Ranked<SymbolIdx>>,
    /// Whether the scores of candidates are probabilities: that the fix changes them.
    pub is_calibrated: bool,
}

impl Answer {
    /// The `k` best locations of one level. Definitions that share an id (overloads, property accessors)
    /// stand once, at their best place; a class stands where the first of itself and its methods does.
    pub fn locations(&self, index: &Index, level: Level, k: usize) -> Vec<Location> {
        if level == Level::File {
            return self
                .files
                .iter()
                .take(k)
                .map(|ranked| Location {
                    path: index.file(ranked.item).path().clone(),
                    qualified_name: None,
                    kind: None,
                    lines: None,
                    score: ranked.score,
                    probability: None,
                    reasons: ranked.reasons.clone(),
                })
                .collect();
        }
        let mut seen = FxHashSet::default();
        self.symbols
            .iter()
            .filter_map(|ranked| {
                let shown = match level {
                    Level::Class => type_around(index, ranked.item)?,
                    _ => ranked.item,
                };
                Some((shown, ranked))
            })
            .filter(|(shown, _)| {
                seen.insert((index.file_of(*shown), index.symbol(*shown).qualified_name()))
            })
            .take(k)
            .map(|(shown, ranked)| {
                let symbol = index.symbol(shown);
                Location {
                    path: symbol.path().clone(),
                    qualified_name: Some(symbol.qualified_name().to_owned()),
                    kind: Some(symbol.kind()),
                    lines: Some(symbol.lines()),
                    score: ranked.score,
                    probability: self.is_calibrated.then_some(ranked.score),
                    reasons: reasons(index, shown, ranked),
                }
            })
            .collect()
    }
}

/// The definition itself where it is a type, else the innermost type around it.
fn type_around(index: &Index, symbol: SymbolIdx) -> Option<SymbolIdx> {
    let mut at = symbol;
    while !index.symbol(at).kind().is_type() {
        at = index.parent(at)?;
    }
    Some(at)
}

/// Why a definition is shown: its own reasons, or, for a class that stands for one of its methods, which one
/// and why.
fn reasons(index: &Index, shown: SymbolIdx, ranked: &Ranked<SymbolIdx>) -> Vec<Reason> {
    let mut reasons = ranked.reasons.clone();
    if shown != ranked.item && !reasons.is_empty() {
        reasons.insert(
            0,
            Reason {
                feature: "member".to_owned(),
                text: format!("holds `{}`", index.symbol(ranked.item).name()),
                contribution: ranked.score,
            },
        );
    }
    reasons
}

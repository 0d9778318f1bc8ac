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
    /// Every source file with a score above 0.
    pub files: Vec<Ranked<FileIdx>>,
    /// The best candidates, at least 500 where there are as many.
    pub symbols: Vec<Ranked<SymbolIdx>>,
}

impl Answer {
    /// The `k` best locations of one level. Definitions that share an id (overloads, property accessors)
    /// stand once, at their best place.
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
                    reasons: ranked.reasons.clone(),
                })
                .collect();
        }
        let mut seen = FxHashSet::default();
        self.symbols
            .iter()
            .filter(|ranked| level == Level::Function || index.symbol(ranked.item).kind().is_type())
            .filter(|ranked| {
                seen.insert((
                    index.file_of(ranked.item),
                    index.symbol(ranked.item).qualified_name(),
                ))
            })
            .take(k)
            .map(|ranked| {
                let symbol = index.symbol(ranked.item);
                Location {
                    path: symbol.path().clone(),
                    qualified_name: Some(symbol.qualified_name().to_owned()),
                    kind: Some(symbol.kind()),
                    lines: Some(symbol.lines()),
                    score: ranked.score,
                    reasons: ranked.reasons.clone(),
                }
            })
            .collect()
    }
}

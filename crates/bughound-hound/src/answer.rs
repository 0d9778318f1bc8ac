//! The ranked answer.

use bughound_core::{Level, Location, Reason};
use bughound_index::{FileIdx, Index, SymbolIdx};

/// One ranked thing.
#[derive(Clone, Debug)]
pub struct Ranked<T> {
    /// What.
    pub item: T,
    /// Higher is better; comparable within one answer.
    pub score: f32,
    /// Why, strongest first. Only the head of the list (100 items) carries reasons.
    pub reasons: Vec<Reason>,
}

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
        let _ = (index, level, k);
        Vec::new()
    }
}

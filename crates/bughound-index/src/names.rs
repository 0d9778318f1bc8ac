//! Look-up of definitions by name, exact and nearest.

use rustc_hash::FxHashMap;

use crate::index::{FileIdx, Index, SymbolIdx, u32_of};
use crate::tokens::identifier_hash;

/// All definitions by their last name part.
pub struct Names {
    number: FxHashMap<u64, u32>,
    /// The definitions of name `n` are `symbols[at[n]..at[n + 1]]`, in the index's order.
    at: Vec<u32>,
    symbols: Vec<SymbolIdx>,
    /// One definition of each name, to read the name from.
    of_symbol: Vec<u32>,
}

/// The number of a distinct definition name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameIdx(pub u32);

impl Names {
    pub(crate) fn build(index: &Index) -> Self {
        let mut number: FxHashMap<u64, u32> =
            FxHashMap::with_capacity_and_hasher(index.n_symbols(), rustc_hash::FxBuildHasher);
        let mut of_symbol = Vec::with_capacity(index.n_symbols());
        let mut counts: Vec<u32> = Vec::new();
        for file in index.files() {
            let record = file.record();
            for def in record.defs() {
                let hash = match def.name_ident {
                    Some(ident) => record.idents[ident as usize],
                    None => identifier_hash(record.name(def)),
                };
                let name = *number.entry(hash).or_insert_with(|| {
                    counts.push(0);
                    u32_of(counts.len()) - 1
                });
                counts[name as usize] += 1;
                of_symbol.push(name);
            }
        }
        let mut at = Vec::with_capacity(counts.len() + 1);
        let mut total = 0;
        at.push(0);
        for count in &counts {
            total += count;
            at.push(total);
        }
        let mut next = at.clone();
        let mut symbols = vec![SymbolIdx(0); of_symbol.len()];
        for (symbol, &name) in (0..).zip(&of_symbol) {
            symbols[next[name as usize] as usize] = SymbolIdx(symbol);
            next[name as usize] += 1;
        }
        Self {
            number,
            at,
            symbols,
            of_symbol,
        }
    }

    /// Number of distinct names.
    pub fn len(&self) -> usize {
        self.at.len() - 1
    }

    /// Whether nothing is defined.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a name by the hash of the identifier.
    pub fn by_hash(&self, identifier_hash: u64) -> Option<NameIdx> {
        self.number.get(&identifier_hash).copied().map(NameIdx)
    }

    /// The number of a name.
    pub fn by_name(&self, name: &str) -> Option<NameIdx> {
        self.by_hash(identifier_hash(name))
    }

    /// The name of a definition.
    pub fn of(&self, symbol: SymbolIdx) -> NameIdx {
        NameIdx(self.of_symbol[symbol.index()])
    }

    /// The definitions with a name.
    pub fn symbols(&self, name: NameIdx) -> &[SymbolIdx] {
        let i = name.0 as usize;
        &self.symbols[self.at[i] as usize..self.at[i + 1] as usize]
    }

    /// The definitions with this last name part, case-sensitive; empty where there is none.
    pub fn defined(&self, name: &str) -> &[SymbolIdx] {
        self.by_name(name).map_or(&[], |name| self.symbols(name))
    }

    /// Up to `n` names that look like `wanted`, nearest first (Damerau-Levenshtein similarity, equal ones
    /// in alphabetical order), from one file where it is given, else from all. Compares whole qualified
    /// names where `wanted` has a dot. Nothing under a similarity of 0.6 is offered.
    pub fn nearest(
        &self,
        index: &Index,
        wanted: &str,
        file: Option<FileIdx>,
        n: usize,
    ) -> Vec<String> {
        let dotted = wanted.contains('.');
        let lower = wanted.to_lowercase();
        let mut scored: Vec<(f64, &str)> = Vec::new();
        let mut consider = |idx: SymbolIdx| {
            let symbol = index.symbol(idx);
            let name = if dotted {
                symbol.qualified_name()
            } else {
                symbol.name()
            };
            // The similarity is at most the ratio of the lengths.
            let (short, long) = (name.len().min(wanted.len()), name.len().max(wanted.len()));
            if (short as f64) < 0.6 * long as f64 {
                return;
            }
            let name_lower = name.to_lowercase();
            let similarity = if name_lower == lower {
                1.0
            } else {
                strsim::normalized_damerau_levenshtein(&name_lower, &lower)
            };
            if similarity >= 0.6 {
                scored.push((similarity, name));
            }
        };
        match file {
            Some(file) => index.symbols_of(file).for_each(&mut consider),
            None if dotted => index.symbol_idxs().for_each(&mut consider),
            None => (0..self.len()).for_each(|name| consider(self.symbols[self.at[name] as usize])),
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored
            .into_iter()
            .take(n)
            .map(|(_, name)| name.to_owned())
            .collect()
    }
}

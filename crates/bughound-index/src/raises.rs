//! Who raises an error of a class: `raise X(…)`, `throw new X(…)`.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::{Index, SymbolIdx};
use crate::references::owners;
use crate::role::FileRole;
use crate::tokens::identifier_hash;

impl Index {
    /// The candidates outside of tests that raise an error of one of some classes, each with the positions of
    /// those; in the index's order. Only what is made where it is raised is seen.
    pub fn raisers(&self, classes: &[&str]) -> Vec<(SymbolIdx, Vec<usize>)> {
        let wanted: FxHashMap<u64, usize> = classes
            .iter()
            .enumerate()
            .map(|(at, class)| (identifier_hash(class), at))
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        self.files()
            .par_iter()
            .with_min_len(64)
            .flat_map_iter(|file| {
                let record = file.record();
                let mut found: Vec<(SymbolIdx, usize)> = Vec::new();
                if file.role() != FileRole::Test && record.calls.iter().any(|call| call.raised()) {
                    for (unit, owner) in owners(record).into_iter().enumerate() {
                        let Some(owner) = owner else { continue };
                        let raised = record.unit_calls(unit).iter().filter(|call| call.raised());
                        found.extend(raised.filter_map(|call| {
                            let at = wanted.get(&record.idents[call.name() as usize])?;
                            Some((SymbolIdx(file.first_symbol + owner), *at))
                        }));
                    }
                }
                found.sort_unstable();
                found.dedup();
                let by_symbol = found.chunk_by(|a, b| a.0 == b.0);
                let by_symbol =
                    by_symbol.map(|of| (of[0].0, of.iter().map(|(_, at)| *at).collect()));
                by_symbol.collect::<Vec<_>>()
            })
            .collect()
    }
}

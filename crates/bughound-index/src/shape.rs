//! What a definition is like, whatever is asked.

use crate::index::{Index, SymbolIdx};
use crate::record::N_FIELDS;
use crate::tokens;

impl Index {
    /// Number of terms in each field ([`crate::Field`]) of a candidate, with what is nested in it.
    pub fn field_lengths(&self, symbol: SymbolIdx) -> [u32; N_FIELDS] {
        self.lengths().own[symbol.index()]
    }

    /// The terms of a definition's name by hash, in order; the whole name as a term of its own is left out.
    pub fn terms_of_name(&self, symbol: SymbolIdx) -> Vec<u64> {
        let symbol = self.symbol(symbol);
        let record = symbol.file.record();
        let Some(ident) = symbol.def.name_ident else {
            return Vec::new();
        };
        let mut terms = record.terms_of_ident(ident);
        if let [parts @ .., _] = terms
            && tokens::parts(symbol.name()).nth(1).is_some()
        {
            terms = parts;
        }
        terms
            .iter()
            .map(|&term| record.terms[term as usize])
            .collect()
    }
}

//! The vectors of an index's candidates.

use bughound_index::{DocField, Documents, File, FileIdx, Index, SymbolIdx, path_terms, tokens};
use rayon::prelude::*;

use super::super::embed::{add_scaled, dot};
use super::{Encoder, key_of, to_unit};

/// A vector for each of some candidates; zeros for one that has no term that the encoder knows.
#[derive(Clone, Debug)]
pub struct DocumentVectors {
    dim: usize,
    values: Vec<f32>,
}

impl DocumentVectors {
    /// The cosine of each candidate with a vector of length 1.
    pub fn cosines(&self, query: &[f32]) -> Vec<f32> {
        self.values
            .chunks_exact(self.dim)
            .map(|vector| dot(vector, query))
            .collect()
    }

    /// The vector of the candidate at a position.
    pub fn get(&self, at: usize) -> &[f32] {
        &self.values[at * self.dim..(at + 1) * self.dim]
    }
}

impl Encoder {
    /// The vectors of candidates, which must be in the order of the index.
    pub fn documents(&self, index: &Index, candidates: &[SymbolIdx]) -> DocumentVectors {
        let by_file: Vec<&[SymbolIdx]> = candidates
            .chunk_by(|&a, &b| index.file_of(a) == index.file_of(b))
            .collect();
        let parts: Vec<Vec<f32>> = by_file
            .par_iter()
            .with_min_len(16)
            .map(|symbols| {
                let file: FileIdx = index.file_of(symbols[0]);
                self.documents_of(index.file(file), index.symbols_of(file), symbols)
            })
            .collect();
        DocumentVectors {
            dim: self.dim,
            values: parts.concat(),
        }
    }

    /// The vectors of some candidates of one file.
    fn documents_of(
        &self,
        file: &File,
        mut all: impl Iterator<Item = SymbolIdx>,
        symbols: &[SymbolIdx],
    ) -> Vec<f32> {
        let dim = self.dim;
        let first = all.next().map_or(0, |symbol| symbol.0);
        let record = file.record();
        let documents = Documents::of(record);
        let mut path = vec![0.0; dim];
        for term in path_terms(file.path()) {
            if let Some(&row) = self.rows.get(&key_of(tokens::term_hash(&term))) {
                let weight = self.fields[DocField::Path as usize];
                add_scaled(&mut path, weight, self.documents.row(row as usize));
            }
        }
        // The sum of an identifier's terms, once it has been asked for.
        let mut idents = vec![0.0; record.n_idents() * dim];
        let mut state = vec![Ident::Unknown; record.n_idents()];
        let mut out = vec![0.0; symbols.len() * dim];
        for (symbol, sum) in symbols.iter().zip(out.chunks_exact_mut(dim)) {
            sum.copy_from_slice(&path);
            documents.visit(symbol.0 - first, |field, ident, count| {
                let at = ident as usize;
                let vector = &mut idents[at * dim..(at + 1) * dim];
                if state[at] == Ident::Unknown {
                    state[at] = self.add_terms(record.term_hashes_of(ident), vector);
                }
                if state[at] == Ident::Known {
                    let weight = self.fields[field as usize] * (count as f32).sqrt();
                    add_scaled(sum, weight, vector);
                }
            });
            to_unit(sum);
        }
        out
    }

    fn add_terms(&self, hashes: impl Iterator<Item = u64>, sum: &mut [f32]) -> Ident {
        let mut state = Ident::Empty;
        for hash in hashes {
            if let Some(&row) = self.rows.get(&key_of(hash)) {
                state = Ident::Known;
                add_scaled(sum, 1.0, self.documents.row(row as usize));
            }
        }
        state
    }
}

/// What is known of an identifier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ident {
    Unknown,
    /// None of its terms has a vector.
    Empty,
    Known,
}

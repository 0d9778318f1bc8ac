//! Which string literals share words with a text: a message in an issue leads to where it is raised.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::extract::word_trigrams;
use crate::index::{Index, SymbolIdx};
use crate::references::owners;
use crate::role::FileRole;

/// A candidate with the trigrams (positions in a list) that its literals share.
type SharedGrams = (SymbolIdx, Vec<u32>);

/// The word trigrams of a text that string literals of the index share.
pub struct LiteralHits {
    /// Candidates outside of tests with the trigrams (positions in the text's list) that their literals
    /// share, in the index's order.
    pub candidates: Vec<(SymbolIdx, Vec<u32>)>,
    /// Number of candidates that share each trigram.
    pub df: Vec<u32>,
    /// Number of candidates that were looked at.
    pub n_candidates: usize,
}

/// The distinct word trigrams of a text, in order of first appearance.
pub fn text_trigrams(text: &str) -> Vec<u32> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut grams = Vec::new();
    word_trigrams(text, |gram| {
        if seen.insert(gram) {
            grams.push(gram);
        }
    });
    grams
}

impl Index {
    /// Finds the candidates whose string literals share word trigrams with a text.
    pub fn find_trigrams(&self, grams: &[u32]) -> LiteralHits {
        let wanted: FxHashMap<u32, u32> = (0..).zip(grams).map(|(at, &gram)| (gram, at)).collect();
        let per_file: Vec<(usize, Vec<SharedGrams>)> = self
            .files()
            .par_iter()
            .with_min_len(64)
            .map(|file| {
                if file.role() == FileRole::Test {
                    return (0, Vec::new());
                }
                let record = file.record();
                let owners = owners(record);
                let n_candidates = record
                    .defs()
                    .iter()
                    .filter(|def| crate::index::is_candidate(def))
                    .count();
                let mut found: Vec<SharedGrams> = Vec::new();
                for (unit, owner) in owners.into_iter().enumerate() {
                    let Some(owner) = owner else { continue };
                    let shared: Vec<u32> = record
                        .unit_grams(unit)
                        .iter()
                        .filter_map(|gram| wanted.get(gram).copied())
                        .collect();
                    if shared.is_empty() {
                        continue;
                    }
                    let symbol = SymbolIdx(file.first_symbol + owner);
                    match found.last_mut() {
                        Some((last, grams)) if *last == symbol => grams.extend(shared),
                        _ => found.push((symbol, shared)),
                    }
                }
                // A class's own literals may stand between those of its methods.
                found.sort_by_key(|(symbol, _)| *symbol);
                found.dedup_by(|later, earlier| {
                    let same = later.0 == earlier.0;
                    if same {
                        earlier.1.append(&mut later.1);
                    }
                    same
                });
                for (_, grams) in &mut found {
                    grams.sort_unstable();
                    grams.dedup();
                }
                (n_candidates, found)
            })
            .collect();
        let mut df = vec![0; grams.len()];
        let mut n_candidates = 0;
        let mut candidates = Vec::new();
        for (n, found) in per_file {
            n_candidates += n;
            for (_, shared) in &found {
                for &gram in shared {
                    df[gram as usize] += 1;
                }
            }
            candidates.extend(found);
        }
        LiteralHits {
            candidates,
            df,
            n_candidates,
        }
    }
}

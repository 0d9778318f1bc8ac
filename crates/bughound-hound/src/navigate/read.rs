//! What reading a candidate tells: how much of the issue stands in its text, and how close together.

use bughound_index::{Index, SymbolIdx, lines_of, tokens};
use rustc_hash::FxHashMap;

use super::world::N_READ;
use crate::issue::Zone;
use crate::query::Query;

/// Lines of a definition that are read.
const MAX_LINES: usize = 400;

/// Lines of a window.
const WINDOW: usize = 5;

/// A definition with fewer lines than this and one call only hands on what it is given.
const SHORT: usize = 6;

/// The issue as a reader looks for it.
pub(super) struct Reader<'a> {
    /// The terms' positions by hash.
    terms: FxHashMap<u64, usize>,
    /// Share of the issue's weight (times inverse document frequency) of each term.
    weights: Vec<f32>,
    titles: Vec<f32>,
    wholes: Vec<f32>,
    /// The terms of identifiers that were met before.
    known: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(query: &Query, idf: &[f32]) -> Self {
        let share = |weights: &[f32]| -> Vec<f32> {
            let products: Vec<f32> = weights.iter().zip(idf).map(|(w, idf)| w * idf).collect();
            let total: f32 = products.iter().sum();
            let total = if total > 0.0 { total } else { 1.0 };
            products.iter().map(|product| product / total).collect()
        };
        Self {
            terms: query.hashes.iter().copied().zip(0..).collect(),
            weights: share(&query.weights),
            titles: share(&query.by_zone[Zone::Title as usize]),
            wholes: share(&query.whole),
            known: FxHashMap::default(),
        }
    }

    /// Reads a definition. Where it stands in the pool's graph is filled in by whoever knows it.
    pub(super) fn read(
        &mut self,
        index: &Index,
        symbol: SymbolIdx,
        text: &'a str,
    ) -> [f32; N_READ] {
        let body = lines_of(text, index.symbol(symbol).lines());
        let mut in_body = vec![false; self.weights.len()];
        let mut lines: Vec<Vec<usize>> = Vec::new();
        let (mut best_raise, mut is_marked) = (0.0_f32, false);
        for line in body.lines().take(MAX_LINES) {
            let mut in_line: Vec<usize> = Vec::new();
            tokens::for_each_identifier(line.as_bytes(), |range| {
                let Some(identifier) = line.get(range) else {
                    return;
                };
                let terms = &self.terms;
                let found = self.known.entry(identifier).or_insert_with(|| {
                    tokens::terms_of(identifier)
                        .iter()
                        .filter_map(|term| terms.get(&tokens::term_hash(term)).copied())
                        .collect()
                });
                in_line.extend(found.iter());
            });
            in_line.sort_unstable();
            in_line.dedup();
            for &term in &in_line {
                in_body[term] = true;
            }
            if raises(line) {
                best_raise = best_raise.max(sum(&self.weights, &in_line));
            }
            is_marked |= ["TODO", "FIXME", "XXX", "HACK"]
                .iter()
                .any(|mark| line.contains(mark));
            lines.push(in_line);
        }
        let found: Vec<usize> = (0..in_body.len()).filter(|&term| in_body[term]).collect();
        let best_line = lines
            .iter()
            .map(|line| sum(&self.weights, line))
            .fold(0.0, f32::max);
        let best_window = lines
            .windows(WINDOW.min(lines.len()).max(1))
            .map(|window| {
                let mut terms: Vec<usize> = window.iter().flatten().copied().collect();
                terms.sort_unstable();
                terms.dedup();
                sum(&self.weights, &terms)
            })
            .fold(0.0, f32::max);
        let mut row = [0.0; N_READ];
        row[0] = sum(&self.weights, &found);
        row[1] = best_line;
        row[2] = best_window;
        row[3] = sum(&self.titles, &found);
        row[4] = sum(&self.wholes, &found);
        row[5] = best_raise;
        row[8] = if lines.len() < SHORT && index.callees(symbol).len() == 1 {
            1.0
        } else {
            0.0
        };
        row[9] = if is_marked { 1.0 } else { 0.0 };
        row
    }
}

fn sum(weights: &[f32], terms: &[usize]) -> f32 {
    terms.iter().map(|&term| weights[term]).sum()
}

/// Whether a line gives an error or a warning.
fn raises(line: &str) -> bool {
    [
        "raise ", "throw ", "panic", "warn", "error(", "Error(", "Err(", "errors.",
    ]
    .iter()
    .any(|word| line.contains(word))
}

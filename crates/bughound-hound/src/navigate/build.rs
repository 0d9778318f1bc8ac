//! From an answer to a world.

use std::sync::Arc;

use bughound_index::{FileIdx, Index, SymbolIdx};
use bughound_net::math;
use rustc_hash::{FxHashMap, FxHashSet};

use super::edges::edges;
use super::read::Reader;
use super::world::{N_KNOWN, N_READ, World};
use crate::answer::Answer;
use crate::compute::Evidence;
use crate::features::CandidateFeature as C;

/// The best candidates, which are always in the pool.
const N_BEST: usize = 60;

/// How many of them bring others in that are further down in the answer.
const N_LEADING: usize = 15;

/// How many are brought in.
const N_BROUGHT: usize = 20;

/// Features whose share of the largest in the pool is known beforehand.
const SHARES: [C; 12] = [
    C::Base,
    C::Exact,
    C::File,
    C::SimilarFixes,
    C::Bm25fTitle,
    C::Literal,
    C::Traceback,
    C::Name,
    C::ClassBase,
    C::Spread,
    C::TestFunctions,
    C::NameCoverage,
];

/// The world of an answer, and the candidates of its pool.
pub(super) fn of(index: &Index, answer: &Answer, evidence: &Evidence) -> (World, Vec<SymbolIdx>) {
    let (pool, scores, n_best) = pool(index, answer);
    let mut world = World {
        prior: standardised(&scores),
        known: Vec::new(),
        read: Vec::new(),
        edges: edges(index, &pool),
    };
    world.known = known(index, evidence, &pool, &world.prior, n_best);
    world.read = read(index, evidence, &pool);
    for (row, edges) in world.read.iter_mut().zip(&world.edges) {
        let count = |kind| edges.iter().filter(|edge| edge.kind == kind).count() as f32;
        row[6] = (count(super::EdgeKind::Callee) / 6.0).min(1.0);
        row[7] = (count(super::EdgeKind::Caller) / 6.0).min(1.0);
    }
    (world, pool)
}

/// The best candidates and what the very best lead to, best first; their scores; how many are there by themselves.
/// Definitions that share an id stand once.
fn pool(index: &Index, answer: &Answer) -> (Vec<SymbolIdx>, Vec<f32>, usize) {
    let mut seen = FxHashSet::default();
    let distinct: Vec<(SymbolIdx, f32)> = answer
        .symbols
        .iter()
        .filter(|ranked| {
            let symbol = index.symbol(ranked.item);
            seen.insert((index.file_of(ranked.item), symbol.qualified_name()))
        })
        .map(|ranked| (ranked.item, ranked.score))
        .collect();
    let n_best = distinct.len().min(N_BEST);
    let (best, rest) = distinct.split_at(n_best);
    let mut led: FxHashSet<SymbolIdx> = FxHashSet::default();
    for &(symbol, _) in best.iter().take(N_LEADING) {
        led.extend(index.callees(symbol).iter().map(|call| call.to));
        led.extend(index.callers(symbol).iter().filter_map(|call| call.from));
        led.extend(index.overrides(symbol));
        led.extend(index.overridden_by(symbol));
    }
    let brought = rest
        .iter()
        .filter(|(symbol, _)| led.contains(symbol))
        .take(N_BROUGHT);
    let (pool, scores) = best.iter().chain(brought).copied().unzip();
    (pool, scores, n_best)
}

/// Mean 0 and variance 1.
fn standardised(scores: &[f32]) -> Vec<f32> {
    let n = scores.len().max(1) as f64;
    let mean = scores.iter().map(|&score| f64::from(score)).sum::<f64>() / n;
    let squares: f64 = scores
        .iter()
        .map(|&score| (f64::from(score) - mean) * (f64::from(score) - mean))
        .sum();
    let deviation = (squares / n).sqrt();
    scores
        .iter()
        .map(|&score| {
            let value = (f64::from(score) - mean) / deviation.max(1e-6);
            #[expect(clippy::cast_possible_truncation, reason = "the nearest is meant")]
            let value = value as f32;
            value
        })
        .collect()
}

fn known(
    index: &Index,
    evidence: &Evidence,
    pool: &[SymbolIdx],
    prior: &[f32],
    n_best: usize,
) -> Vec<[f32; N_KNOWN]> {
    let features = &evidence.features;
    let rows: Vec<Option<usize>> = pool.iter().map(|&symbol| features.row(symbol)).collect();
    let column = |feature: C| -> Vec<f32> {
        let values = features.candidate(feature);
        rows.iter()
            .map(|row| row.map_or(0.0, |row| values[row]))
            .collect()
    };
    let best = prior.first().copied().unwrap_or(0.0);
    let powers: Vec<f32> = prior.iter().map(|p| math::exp(2.0 * (p - best))).collect();
    let total: f32 = powers.iter().sum();
    let mut in_file: FxHashMap<FileIdx, usize> = FxHashMap::default();
    let mut in_class: FxHashMap<SymbolIdx, usize> = FxHashMap::default();
    let rank_in_file: Vec<usize> = pool
        .iter()
        .map(|&symbol| {
            if let Some(class) = class_of(index, symbol) {
                *in_class.entry(class).or_default() += 1;
            }
            let n = in_file.entry(index.file_of(symbol)).or_default();
            *n += 1;
            *n - 1
        })
        .collect();
    let shares: Vec<Vec<f32>> = SHARES
        .iter()
        .map(|&feature| crate::features::normalised(&column(feature)))
        .collect();
    let plain: [Vec<f32>; 6] = [
        column(C::IsType),
        column(C::Lines),
        column(C::IsPrivate),
        column(C::IsConstructor),
        column(C::IsSpecial),
        column(C::MentionsIn),
    ];
    let log = |n: usize| math::ln(n as f32) / 4.0;
    let falling = |rank: usize| 1.0 / (1.0 + rank as f32).sqrt();
    pool.iter()
        .enumerate()
        .map(|(at, &symbol)| {
            let mut row = [0.0; N_KNOWN];
            row[0] = prior[at];
            row[1] = best - prior[at];
            row[2] = falling(at);
            row[3] = powers[at] / total;
            for (slot, share) in row[4..16].iter_mut().zip(&shares) {
                *slot = share[at];
            }
            row[16] = plain[0][at];
            row[17] = plain[1][at] / 5.0;
            row[18] = plain[2][at];
            row[19] = plain[3][at];
            row[20] = plain[4][at];
            row[21] = plain[5][at] / 5.0;
            row[22] = falling(rank_in_file[at]);
            row[23] = log(in_file[&index.file_of(symbol)]);
            row[24] = class_of(index, symbol).map_or(0.0, |class| log(in_class[&class]));
            row[25] = if at < n_best { 0.0 } else { 1.0 };
            row
        })
        .collect()
}

/// The type itself, or the one that it is a member of.
fn class_of(index: &Index, symbol: SymbolIdx) -> Option<SymbolIdx> {
    if index.symbol(symbol).kind().is_type() {
        return Some(symbol);
    }
    index.graph().hierarchy().container(symbol)
}

fn read(index: &Index, evidence: &Evidence, pool: &[SymbolIdx]) -> Vec<[f32; N_READ]> {
    // The texts outlive the reader, which remembers their names.
    let texts: FxHashMap<FileIdx, Option<Arc<str>>> = pool
        .iter()
        .map(|&symbol| index.file_of(symbol))
        .collect::<FxHashSet<_>>()
        .into_iter()
        .map(|file| (file, index.text(file)))
        .collect();
    let mut reader = Reader::new(&evidence.query, evidence.hits.idf());
    pool.iter()
        .map(|&symbol| match &texts[&index.file_of(symbol)] {
            Some(text) => reader.read(index, symbol, text),
            None => [0.0; N_READ],
        })
        .collect()
}

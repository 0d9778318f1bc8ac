//! What the past says of files and candidates.

use bughound_index::{FileIdx, FileRole, Index, SimilarCommit, SymbolIdx};

use rustc_hash::FxHashMap;

use super::top;
use crate::Context;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::query::Query;

/// How many of the best files pass weight along common changes.
const N_CHANGE_SEEDS: usize = 5;
/// How many of the most similar commits are opened to see which functions they changed.
const N_TOUCHED: usize = 40;

pub(super) fn history(
    index: &Index,
    query: &Query,
    context: &Context<'_>,
    features: &mut Features,
) -> (Vec<SimilarCommit>, Vec<Vec<SymbolIdx>>) {
    let Some(history) = context.history else {
        return (Vec::new(), Vec::new());
    };
    let similar = history.similar(&query.weighted_hashes());
    let is_test = |file: FileIdx| index.file(file).role() == FileRole::Test;
    let mut similar_fixes = vec![0.0; index.files().len()];
    for commit in &similar {
        for &file in history.files_of(commit.at) {
            if !is_test(file) {
                similar_fixes[file.index()] += commit.weight;
            }
        }
    }
    let changes = |value: fn(bughound_index::FileChanges) -> f32| -> Vec<f32> {
        index
            .file_idxs()
            .map(|file| {
                if is_test(file) {
                    0.0
                } else {
                    value(history.changes(file))
                }
            })
            .collect()
    };
    let columns = [
        (F::Recent, changes(|c| c.recent)),
        (F::Lasting, changes(|c| c.lasting)),
        (F::Commits, changes(|c| (1.0 + c.n_commits as f32).ln())),
        (
            F::LastChange,
            changes(|c| c.last_age.map_or(0.0, |age| (-age / 365.0).exp())),
        ),
    ];
    for (feature, values) in columns {
        features.set_file(feature, values);
    }
    let base = features.file(F::Base);
    let seeds: Vec<(FileIdx, f32)> = top(base, N_CHANGE_SEEDS)
        .into_iter()
        .map(|file| (FileIdx(u32::try_from(file).unwrap_or(u32::MAX)), base[file]))
        .collect();
    let mut changed_with = history.changed_with(&seeds);
    for file in index.file_idxs().filter(|&file| is_test(file)) {
        changed_with[file.index()] = 0.0;
    }
    let looked_into = &similar[..similar.len().min(N_TOUCHED)];
    let touched = history.touched(index, looked_into);
    similar_candidates(index, looked_into, &touched, features);
    features.set_file(F::SimilarFixes, similar_fixes);
    features.set_file(F::ChangedWith, changed_with);
    (similar, touched)
}

/// What the similar commits say of the candidates that they changed, and of the classes of those.
fn similar_candidates(
    index: &Index,
    commits: &[SimilarCommit],
    touched: &[Vec<SymbolIdx>],
    features: &mut Features,
) {
    let rows = features.candidates.len();
    let (mut sum, mut best, mut rank) = (vec![0.0; rows], vec![0.0f32; rows], vec![0.0f32; rows]);
    let mut count = vec![0.0f32; rows];
    let mut beside = vec![0.0f32; rows];
    let base = features.candidate(C::Base);
    let mut by_class: FxHashMap<SymbolIdx, f32> = FxHashMap::default();
    for (place, (commit, symbols)) in commits.iter().zip(touched).enumerate() {
        for row in symbols.iter().filter_map(|&symbol| features.row(symbol)) {
            sum[row] += commit.weight;
            best[row] = best[row].max(commit.weight);
            rank[row] = rank[row].max(1.0 / (1.0 + place as f32));
            count[row] += 1.0;
            let others = symbols.iter().filter_map(|&symbol| features.row(symbol));
            let others = others
                .filter(|&other| other != row)
                .map(|other| base[other]);
            beside[row] = others.fold(beside[row], f32::max);
        }
        let mut classes: Vec<SymbolIdx> = symbols
            .iter()
            .filter_map(|&symbol| class_or_self(index, symbol))
            .collect();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            *by_class.entry(class).or_default() += commit.weight;
        }
    }
    let class = features.candidates.iter().map(|&symbol| {
        let class = class_or_self(index, symbol);
        class
            .and_then(|class| by_class.get(&class).copied())
            .unwrap_or(0.0)
    });
    features.set_candidate(C::SimilarFixesClass, class.collect());
    features.set_candidate(C::ChangedBeside, beside);
    features.set_candidate(C::SimilarFixes, sum);
    features.set_candidate(C::SimilarFixesBest, best);
    features.set_candidate(C::SimilarFixesRank, rank);
    let count = count.into_iter().map(|n| (1.0 + n).ln());
    features.set_candidate(C::SimilarFixesCount, count.collect());
}

fn class_or_self(index: &Index, symbol: SymbolIdx) -> Option<SymbolIdx> {
    let is_type = index.symbol(symbol).kind().is_type();
    index.class_of(symbol).or(is_type.then_some(symbol))
}

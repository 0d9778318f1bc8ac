//! What the past says of files and candidates.

use bughound_index::{FileIdx, FileRole, Index, SimilarCommit, SymbolIdx};

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
    let mut weights = vec![0.0; features.candidates.len()];
    for (commit, symbols) in looked_into.iter().zip(&touched) {
        for row in symbols.iter().filter_map(|&symbol| features.row(symbol)) {
            weights[row] += commit.weight;
        }
    }
    features.set_candidate(C::SimilarFixes, weights);
    features.set_file(F::SimilarFixes, similar_fixes);
    features.set_file(F::ChangedWith, changed_with);
    (similar, touched)
}

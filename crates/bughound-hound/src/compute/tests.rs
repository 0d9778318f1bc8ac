//! What tests that resemble the issue lead to. Tests are never candidates themselves.

use bughound_index::{FileIdx, FileRole, Hits, Index, NameIdx, SymbolIdx, path_terms};
use rustc_hash::FxHashMap;

use super::top;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::query::Query;

/// How many test files are looked into.
const N_FILES: usize = 12;
/// How many of their functions.
const N_FUNCTIONS: usize = 24;
/// How many definitions a name may have to be followed.
const MAX_DEFINITIONS: usize = 10;

pub(super) fn tests(index: &Index, query: &Query, hits: &Hits, features: &mut Features) {
    let files = best_files(index, features);
    let functions = best_functions(index, query, hits, &files);
    let mentions = mentioned(index, &files);
    let by_file = to_candidates(index, features, &mentions);
    let focused: Vec<Mention> = functions
        .iter()
        .flat_map(|&(test, weight)| {
            let names = index.references().names_in(test);
            let share = weight / (names.len().max(1) as f32).sqrt();
            names.iter().map(move |&name| (name, share))
        })
        .collect();
    let by_function = to_candidates(index, features, &focused);
    features.set_candidate(C::TestFiles, by_file);
    features.set_candidate(C::TestFunctions, by_function);
    features.set_file(F::TestImports, imported(index, &files));
    features.set_file(F::TestPath, same_words(index, &files));
}

/// A name with the weight that tests give it.
type Mention = (NameIdx, f32);

/// The test files most like the issue, with `(s / s_max)^3`.
fn best_files(index: &Index, features: &Features) -> Vec<(FileIdx, f32)> {
    let scores: Vec<f32> = index
        .file_idxs()
        .zip(features.file(F::Bm25))
        .map(|(file, &score)| match index.file(file).role() {
            FileRole::Test => score,
            _ => 0.0,
        })
        .collect();
    let best = top(&scores, N_FILES);
    let largest = best.first().map_or(1.0, |&file| scores[file]);
    best.into_iter()
        .map(|file| {
            let weight = (scores[file] / largest).powi(3);
            (FileIdx(u32::try_from(file).unwrap_or(u32::MAX)), weight)
        })
        .collect()
}

/// The functions in them most like the issue (BM25 with the candidates' idf, without length normalisation), with
/// `(s / s_max)^3`.
fn best_functions(
    index: &Index,
    query: &Query,
    hits: &Hits,
    files: &[(FileIdx, f32)],
) -> Vec<(SymbolIdx, f32)> {
    let functions: Vec<SymbolIdx> = files
        .iter()
        .flat_map(|&(file, _)| index.symbols_of(file))
        .filter(|&symbol| {
            let found = index.symbol(symbol);
            found.is_candidate() && found.kind().is_callable()
        })
        .collect();
    let scores: Vec<f32> = functions
        .iter()
        .map(|&symbol| {
            let terms = hits.terms_in(index, symbol);
            terms
                .map(|(term, count)| {
                    let tf = count as f32;
                    query.weights[term] * hits.idf()[term] * tf / (tf + 1.2)
                })
                .sum()
        })
        .collect();
    let best = top(&scores, N_FUNCTIONS);
    let largest = best.first().map_or(1.0, |&at| scores[at]);
    best.into_iter()
        .map(|at| (functions[at], (scores[at] / largest).powi(3)))
        .collect()
}

/// The names that test files mention: `weight * tf / (tf + 2)`, tf the number of definitions that mention it.
fn mentioned(index: &Index, files: &[(FileIdx, f32)]) -> Vec<Mention> {
    let references = index.references();
    let mut mentions = Vec::new();
    for &(file, weight) in files {
        let mut names: Vec<NameIdx> = index
            .symbols_of(file)
            .flat_map(|symbol| references.names_in(symbol))
            .copied()
            .collect();
        names.sort_unstable();
        mentions.extend(names.chunk_by(|a, b| a == b).map(|same| {
            let tf = same.len() as f32;
            (same[0], weight * tf / (tf + 2.0))
        }));
    }
    mentions
}

/// `sum weight * ln((1 + N) / (1 + mentions of the name)) / sqrt(number of definitions)` for each candidate.
fn to_candidates(index: &Index, features: &Features, mentions: &[Mention]) -> Vec<f32> {
    let names = index.names();
    let mut values = vec![0.0; features.candidates.len()];
    for &(name, weight) in mentions {
        let defined = names.symbols(name);
        if defined.len() > MAX_DEFINITIONS {
            continue;
        }
        let n_users = index.references().users_of(name).len() as f32;
        let idf = ((1.0 + index.n_symbols() as f32) / (1.0 + n_users)).ln();
        for row in defined.iter().filter_map(|&symbol| features.row(symbol)) {
            values[row] += weight * idf / (defined.len() as f32).sqrt();
        }
    }
    values
}

/// `sum weight / sqrt(number of imports)` for the files that the tests import.
fn imported(index: &Index, tests: &[(FileIdx, f32)]) -> Vec<f32> {
    let mut values = vec![0.0; index.files().len()];
    for &(test, weight) in tests {
        let edges = index.imports().imports_of(test);
        let mut targets: Vec<FileIdx> = edges.iter().map(|edge| edge.to).collect();
        targets.sort_unstable();
        targets.dedup();
        targets.retain(|&file| index.file(file).role() != FileRole::Test);
        for target in &targets {
            values[target.index()] += weight / (targets.len() as f32).sqrt();
        }
    }
    values
}

/// `sum weight * sum idf / sqrt(number of words)` over the words that the paths of tests and a file share:
/// `tests/forms/test_widgets.py` is about `forms/widgets.py`.
fn same_words(index: &Index, tests: &[(FileIdx, f32)]) -> Vec<f32> {
    let mut by_word: FxHashMap<String, f32> = FxHashMap::default();
    for &(test, weight) in tests {
        for word in path_terms(index.file(test).path()) {
            if !word.starts_with('=') && word != "test" {
                *by_word.entry(word).or_default() += weight;
            }
        }
    }
    let words: Vec<Vec<String>> = index
        .files()
        .iter()
        .map(|file| match file.role() {
            FileRole::Test => Vec::new(),
            _ => path_terms(file.path()),
        })
        .collect();
    let mut df: FxHashMap<&str, f32> = FxHashMap::default();
    for word in words.iter().flatten() {
        if by_word.contains_key(word) {
            *df.entry(word).or_default() += 1.0;
        }
    }
    let n_files = words.len() as f32;
    words
        .iter()
        .map(|words| {
            let shared = words.iter().filter_map(|word| {
                Some(by_word.get(word)? * ((1.0 + n_files) / (1.0 + df.get(&**word)?)).ln())
            });
            shared.sum::<f32>() / (words.len().max(1) as f32).sqrt()
        })
        .collect()
}

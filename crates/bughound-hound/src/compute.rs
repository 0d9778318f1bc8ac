//! Computes every feature for one issue.

use bughound_core::SymbolKind;
use bughound_index::{
    Bm25f, DefinitionFlags, FileIdx, FileRole, Hits, Index, SimilarCommit, SymbolIdx,
};
use rustc_hash::FxHashMap;

use crate::Context;
use crate::exact::Exact;
use crate::features::{CandidateFeature as C, Features, FileFeature as F, normalised};
use crate::hand::{self, Scale};
use crate::issue::{Issue, Zone};
use crate::query::Query;

/// Everything that was found out about one issue.
pub(crate) struct Evidence {
    pub(crate) query: Query,
    pub(crate) hits: Hits,
    pub(crate) bm25f: Bm25f,
    pub(crate) exact: Exact,
    /// The commits most like the issue, best first.
    pub(crate) similar: Vec<SimilarCommit>,
    /// The candidates that the first of them changed.
    pub(crate) touched: Vec<Vec<SymbolIdx>>,
    pub(crate) features: Features,
}

/// How many of the best candidates pass weight on.
const N_SEEDS: usize = 40;
/// How many of the best files pass weight along imports.
const N_IMPORT_SEEDS: usize = 15;
/// How many of the best files pass weight along common changes.
const N_CHANGE_SEEDS: usize = 5;
/// How many of the most similar commits are opened to see which functions they changed.
const N_TOUCHED: usize = 40;

pub(crate) fn compute(index: &Index, issue: &Issue, context: &Context<'_>) -> Evidence {
    let stage = |name| {
        if let Some(on_stage) = context.on_stage {
            on_stage(name);
        }
    };
    stage("query");
    let query = Query::of(issue);
    stage("lexical");
    let hits = index.find_terms(&query.hashes);
    let bm25f = Bm25f::default();
    let mut features = Features::new(index, hits.candidates().to_vec());
    lexical(index, &query, &hits, &bm25f, &mut features);
    stage("exact");
    let exact = Exact::find(index, issue);
    exact_features(index, &exact, &mut features);
    base(index, &mut features);
    stage("graph");
    spread(index, &mut features);
    stage("files");
    file_base(index, &mut features);
    imports(index, &mut features);
    stage("history");
    let (similar, touched) = history(index, &query, context, &mut features);
    stage("fuse");
    fuse_files(&mut features);
    shape(index, &mut features);
    Evidence {
        query,
        hits,
        bm25f,
        exact,
        similar,
        touched,
        features,
    }
}

fn lexical(index: &Index, query: &Query, hits: &Hits, bm25f: &Bm25f, features: &mut Features) {
    let zone = |zone: Zone| query.by_zone[zone as usize].clone();
    let views = [
        (C::Bm25f, query.weights.clone()),
        (C::Bm25fTitle, zone(Zone::Title)),
        (C::Bm25fHead, query.head.clone()),
        (C::Bm25fInline, zone(Zone::Inline)),
        (C::Bm25fCode, zone(Zone::Code)),
        (C::Bm25fProse, zone(Zone::Prose)),
        (C::Bm25fTraceback, zone(Zone::Traceback)),
        (C::Bm25fWhole, query.whole.clone()),
    ];
    let weightings: Vec<Vec<f32>> = views.iter().map(|(_, weights)| weights.clone()).collect();
    let scored = hits.score_candidates(index, bm25f, &weightings);
    for ((feature, _), values) in views.into_iter().zip(scored.scores) {
        features.set_candidate(feature, values);
    }
    let mut files = hits
        .score_files(index, &[query.weights.clone(), zone(Zone::Title)])
        .into_iter();
    features.set_file(F::Bm25, files.next().unwrap_or_default());
    features.set_file(F::Bm25Title, files.next().unwrap_or_default());
    features.set_file(F::Path, hits.score_paths(index, &query.weights));
}

fn exact_features(index: &Index, exact: &Exact, features: &mut Features) {
    let column = |value: fn(&crate::exact::SymbolSignals) -> f32| -> Vec<f32> {
        features
            .candidates
            .iter()
            .map(|symbol| exact.symbols.get(symbol).map_or(0.0, value))
            .collect()
    };
    let columns = [
        (C::Name, column(|s| s.name)),
        (C::ClassName, column(|s| s.class_name)),
        (C::OwnClass, column(|s| s.own_class)),
        (C::Dotted, column(|s| s.dotted)),
        (C::Traceback, column(|s| s.traceback)),
        (C::Link, column(|s| s.link)),
        (C::Literal, column(|s| s.literal)),
        (C::Exact, column(crate::exact::SymbolSignals::score)),
    ];
    for (feature, values) in columns {
        features.set_candidate(feature, values);
    }
    let column = |value: fn(&crate::exact::FileSignals) -> f32| -> Vec<f32> {
        index
            .file_idxs()
            .map(|file| exact.files.get(&file).map_or(0.0, value))
            .collect()
    };
    features.set_file(F::PathMention, column(|f| f.path));
    features.set_file(F::Module, column(|f| f.module));
    features.set_file(F::Traceback, column(|f| f.traceback));
    features.set_file(F::Link, column(|f| f.link));
}

fn base(index: &Index, features: &mut Features) {
    let views = hand::LEXICAL.map(|(view, weight)| (features.normalised(view), weight));
    let lexical: Vec<f32> = (0..features.candidates.len())
        .map(|row| {
            views
                .iter()
                .map(|(values, weight)| weight * values[row])
                .sum()
        })
        .collect();
    let lexical = normalised(&lexical);
    let exact = features.candidate(C::Exact);
    let max_exact = exact.iter().copied().fold(1.0, f32::max);
    let base: Vec<f32> = features
        .candidates
        .iter()
        .zip(lexical.iter().zip(exact))
        .map(|(&symbol, (lexical, exact))| {
            (lexical + hand::EXACT * exact / max_exact) * candidate_role_weight(index, symbol)
        })
        .collect();
    let class_base = features
        .candidates
        .iter()
        .map(|&symbol| {
            index
                .class_of(symbol)
                .and_then(|class| features.row(class))
                .map_or(0.0, |row| base[row])
        })
        .collect();
    features.set_candidate(C::Base, base);
    features.set_candidate(C::ClassBase, class_base);
}

/// `#[test] fn` and everything in `mod tests` of a source file. (A `def test_x` in a source file may be a real
/// function, but is as rarely what a fix changes.)
fn is_test_inside_source(index: &Index, symbol: SymbolIdx) -> bool {
    let mut around = Some(symbol);
    while let Some(idx) = around {
        let symbol = index.symbol(idx);
        let is_test_module =
            symbol.kind() == SymbolKind::Namespace && matches!(symbol.name(), "test" | "tests");
        if is_test_module || symbol.def.flags.has(DefinitionFlags::TEST) {
            return true;
        }
        around = index.parent(idx);
    }
    false
}

fn candidate_role_weight(index: &Index, symbol: SymbolIdx) -> f32 {
    if is_test_inside_source(index, symbol) {
        return 0.6;
    }
    let symbol = index.symbol(symbol);
    match symbol.file.role() {
        FileRole::Source => 1.0,
        FileRole::Support | FileRole::Vendored | FileRole::Test => 0.6,
    }
}

/// Weight passed along mentions, one step each way (personalised PageRank cut after one iteration: more
/// brings nothing, docs/lab/).
fn spread(index: &Index, features: &mut Features) {
    let base = features.candidate(C::Base);
    let seeds: Vec<(SymbolIdx, f32)> = top(base, N_SEEDS)
        .into_iter()
        .map(|row| (features.candidates[row], base[row] * base[row]))
        .collect();
    let total: f32 = seeds.iter().map(|(_, weight)| weight).sum();
    let mut spread = vec![0.0; features.candidates.len()];
    if total > 0.0 {
        let seeds: Vec<(SymbolIdx, f32)> = seeds
            .into_iter()
            .map(|(symbol, weight)| (symbol, weight / total))
            .collect();
        let references = index.references();
        let mut add = |pairs: &[(SymbolIdx, f32)]| {
            for &(symbol, weight) in pairs {
                if let Some(row) = features.row(symbol) {
                    spread[row] += 0.5 * weight;
                }
            }
        };
        add(&seeds);
        add(&references.to_callees(index, &seeds));
        add(&references.to_callers(index, &seeds));
    }
    features.set_candidate(C::Spread, spread);
}

fn file_base(index: &Index, features: &mut Features) {
    let n_files = index.files().len();
    let mut top_sum = vec![0.0; n_files];
    let mut exact = vec![0.0f32; n_files];
    let mut spread = vec![0.0f32; n_files];
    let mut best: Vec<Vec<f32>> = vec![Vec::new(); n_files];
    for (row, &symbol) in features.candidates.iter().enumerate() {
        let file = index.file_of(symbol).index();
        best[file].push(features.candidate(C::Base)[row]);
        exact[file] = exact[file].max(features.candidate(C::Exact)[row]);
        spread[file] = spread[file].max(features.candidate(C::Spread)[row]);
    }
    for (sum, values) in top_sum.iter_mut().zip(&mut best) {
        values.sort_by(|a, b| b.total_cmp(a));
        *sum = values
            .iter()
            .take(5)
            .zip([1.0, 0.5, 0.25, 0.125, 0.0625])
            .map(|(value, decay)| value * decay)
            .sum();
    }
    features.set_file(F::Top, top_sum);
    features.set_file(F::Exact, exact);
    features.set_file(F::Spread, spread);

    let columns = hand::FILE_BASE.map(|(feature, weight, scale)| {
        let values = match scale {
            Scale::Largest => features.normalised_file(feature),
            Scale::Capped => features
                .file(feature)
                .iter()
                .map(|value| value.min(1.0))
                .collect(),
        };
        (values, weight)
    });
    let base: Vec<f32> = index
        .file_idxs()
        .map(|file| {
            let sum: f32 = columns
                .iter()
                .map(|(values, weight)| weight * values[file.index()])
                .sum();
            match index.file(file).role() {
                FileRole::Source => sum,
                FileRole::Support | FileRole::Vendored => 0.5 * sum,
                FileRole::Test => 0.0,
            }
        })
        .collect();
    features.set_file(F::Base, base);
}

fn imports(index: &Index, features: &mut Features) {
    let graph = index.imports();
    let base = features.file(F::Base);
    let mut imported = vec![0.0; base.len()];
    let mut importer = vec![0.0; base.len()];
    for file in top(base, N_IMPORT_SEEDS) {
        let seed = FileIdx(u32::try_from(file).unwrap_or(u32::MAX));
        let edges = graph.imports_of(seed);
        let mut targets: Vec<FileIdx> = edges.iter().map(|edge| edge.to).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            imported[target.index()] += base[file] / (targets.len() as f32).sqrt();
        }
        let importers = graph.importers_of(seed);
        for source in importers {
            importer[source.index()] += base[file] / (importers.len() as f32).sqrt();
        }
    }
    for file in index.file_idxs() {
        if index.file(file).role() == FileRole::Test {
            imported[file.index()] = 0.0;
            importer[file.index()] = 0.0;
        }
    }
    features.set_file(F::Imported, imported);
    features.set_file(F::Importer, importer);
}

fn history(
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

fn fuse_files(features: &mut Features) {
    let mut fused = features.file(F::Base).to_vec();
    if fused.iter().all(|&base| base == 0.0) {
        // The issue says nothing about this repository; what changed lately is no answer to it.
        return;
    }
    for (feature, weight) in hand::FILE_FUSED {
        for (sum, value) in fused.iter_mut().zip(features.normalised_file(feature)) {
            *sum += weight * value;
        }
    }
    features.set_file(F::Fused, fused);
}

/// Features of a candidate that come from its file, and of its shape.
fn shape(index: &Index, features: &mut Features) {
    let file = features.normalised_file(F::Fused);
    let of_file = |values: &[f32]| -> Vec<f32> {
        features
            .candidates
            .iter()
            .map(|&symbol| values[index.file_of(symbol).index()])
            .collect()
    };
    let columns = [
        (C::File, of_file(&file)),
        (
            C::IsType,
            features
                .candidates
                .iter()
                .map(|&symbol| {
                    if index.symbol(symbol).kind().is_type() {
                        1.0
                    } else {
                        0.0
                    }
                })
                .collect(),
        ),
        (
            C::Lines,
            features
                .candidates
                .iter()
                .map(|&symbol| (1.0 + index.symbol(symbol).lines().n_lines() as f32).ln())
                .collect(),
        ),
    ];
    for (feature, values) in columns {
        features.set_candidate(feature, values);
    }
}

/// The positions of the `n` largest values above 0, largest first, earlier ones first among equals.
pub(crate) fn top(values: &[f32], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&at| values[at] > 0.0).collect();
    let by_value = |a: &usize, b: &usize| values[*b].total_cmp(&values[*a]).then(a.cmp(b));
    if order.len() > n {
        order.select_nth_unstable_by(n, by_value);
        order.truncate(n);
    }
    order.sort_by(by_value);
    order
}

/// Sums of sightings by what they say, strongest first.
pub(crate) fn by_text(sightings: &[crate::exact::Sighting]) -> Vec<(&'static str, f32, &str)> {
    let mut sums: FxHashMap<&str, (&'static str, f32)> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::new();
    for sighting in sightings {
        let slot = sums.entry(&sighting.text).or_insert_with(|| {
            order.push(&sighting.text);
            (sighting.feature, 0.0)
        });
        slot.1 += sighting.weight;
    }
    let mut out: Vec<(&'static str, f32, &str)> = order
        .into_iter()
        .map(|text| (sums[text].0, sums[text].1, text))
        .collect();
    out.sort_by(|a, b| b.1.total_cmp(&a.1));
    out
}

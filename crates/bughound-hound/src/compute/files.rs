//! The scores of files: from their own words, from their candidates, over imports, and all together.

use bughound_index::{FileIdx, FileRole, Index};

use super::top;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::hand::{self, Scale};

/// How many of the best files pass weight along imports.
const N_IMPORT_SEEDS: usize = 15;

pub(super) fn base(index: &Index, features: &mut Features) {
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

pub(super) fn imports(index: &Index, features: &mut Features) {
    let (imported, importer) = along_imports(index, features.file(F::Base));
    let (imported_exact, importer_exact) = along_imports(index, features.file(F::Exact));
    features.set_file(F::Imported, imported);
    features.set_file(F::Importer, importer);
    features.set_file(F::ImportedExact, imported_exact);
    features.set_file(F::ImporterExact, importer_exact);
}

/// What the best files by `weights` pass to those that they import, and to those that import them.
fn along_imports(index: &Index, weights: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let graph = index.imports();
    let mut imported = vec![0.0; weights.len()];
    let mut importer = vec![0.0; weights.len()];
    for file in top(weights, N_IMPORT_SEEDS) {
        let seed = FileIdx(u32::try_from(file).unwrap_or(u32::MAX));
        let edges = graph.imports_of(seed);
        let mut targets: Vec<FileIdx> = edges.iter().map(|edge| edge.to).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            imported[target.index()] += weights[file] / (targets.len() as f32).sqrt();
        }
        let importers = graph.importers_of(seed);
        for source in importers {
            importer[source.index()] += weights[file] / (importers.len() as f32).sqrt();
        }
    }
    for file in index.file_idxs() {
        if index.file(file).role() == FileRole::Test {
            imported[file.index()] = 0.0;
            importer[file.index()] = 0.0;
        }
    }
    (imported, importer)
}

pub(super) fn fuse(features: &mut Features) {
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

/// What a file is like, whatever the issue says.
pub(super) fn shape(index: &Index, features: &mut Features) {
    let mut candidates = vec![0.0f32; index.files().len()];
    for &symbol in &features.candidates {
        candidates[index.file_of(symbol).index()] += 1.0;
    }
    let graph = index.imports();
    let log = |n: f32| (1.0 + n).ln();
    let flag = |is_so: bool| if is_so { 1.0 } else { 0.0 };
    let column = |value: &dyn Fn(FileIdx) -> f32| index.file_idxs().map(value).collect();
    let path = |file: FileIdx| index.file(file).path();
    let role = |file: FileIdx| index.file(file).role();
    let columns: [(F, Vec<f32>); 9] = [
        (F::Candidates, column(&|file| log(candidates[file.index()]))),
        (
            F::Lines,
            column(&|file| log(index.file(file).record().n_lines() as f32)),
        ),
        (
            F::Depth,
            column(&|file| path(file).components().count() as f32 - 1.0),
        ),
        (
            F::IsMain,
            column(&|file| {
                flag(matches!(
                    path(file).stem(),
                    "__init__" | "index" | "mod" | "lib" | "main" | "__main__"
                ))
            }),
        ),
        (
            F::IsSupport,
            column(&|file| flag(role(file) == FileRole::Support)),
        ),
        (
            F::IsVendored,
            column(&|file| flag(role(file) == FileRole::Vendored)),
        ),
        (
            F::IsTest,
            column(&|file| flag(role(file) == FileRole::Test)),
        ),
        (
            F::Imports,
            column(&|file| log(graph.imports_of(file).len() as f32)),
        ),
        (
            F::Importers,
            column(&|file| log(graph.importers_of(file).len() as f32)),
        ),
    ];
    for (feature, values) in columns {
        features.set_file(feature, values);
    }
}

//! The weights of the first hound, set by hand: starting from a prototype's, then by coordinate search over
//! the development issues of five projects that no test set holds (docs/lab/hand-weights.md).

use crate::features::{CandidateFeature as C, Features, FileFeature as F, normalised};

/// How a raw feature is brought to the size of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Divided by its largest value.
    Largest,
    /// Cut at 1.
    Capped,
}

/// The views of the issue that make up the lexical score of a candidate.
pub(crate) const LEXICAL: [(C, f32); 3] =
    [(C::Bm25f, 1.0), (C::Bm25fTitle, 0.15), (C::Bm25fHead, 0.1)];

/// What literal mentions add to the lexical score.
pub(crate) const EXACT: f32 = 0.75;

/// The base score of a file.
pub(crate) const FILE_BASE: [(F, f32, Scale); 9] = [
    (F::Bm25, 1.0, Scale::Largest),
    (F::Bm25Title, 0.1, Scale::Largest),
    (F::Path, 0.7, Scale::Largest),
    (F::Top, 0.7, Scale::Largest),
    (F::Exact, 0.15, Scale::Largest),
    (F::PathMention, 1.0, Scale::Capped),
    (F::Traceback, 0.75, Scale::Capped),
    (F::Module, 0.15, Scale::Capped),
    (F::Link, 1.5, Scale::Capped),
];

/// What each feature adds to a file's base, divided by its largest value.
pub(crate) const FILE_FUSED: [(F, f32); 8] = [
    (F::Spread, 0.15),
    (F::Imported, 0.12),
    (F::Importer, 0.05),
    (F::SimilarFixes, 0.18),
    (F::Recent, 0.2),
    (F::Lasting, 0.05),
    (F::Commits, 0.05),
    (F::ChangedWith, 0.3),
];

/// The score of a candidate: each feature divided by its largest value (the class's base by the largest
/// base).
pub(crate) const CANDIDATE: [(C, f32); 6] = [
    (C::Base, 1.0),
    (C::File, 0.9),
    (C::SimilarFixes, 0.25),
    (C::Lines, 0.2),
    (C::Spread, 0.1),
    (C::ClassBase, 0.05),
];

/// What the score of a type is multiplied by: fixes edit functions more often than the bodies of classes.
const TYPE: f32 = 0.9;

/// The weight of a candidate feature in the final score; 0 for those that it does not read.
pub(crate) fn candidate_weight(feature: C) -> f32 {
    CANDIDATE
        .iter()
        .find(|(f, _)| *f == feature)
        .map_or(0.0, |(_, weight)| *weight)
}

/// The weight of a file feature in the fused score; 0 for those that it does not read.
pub(crate) fn file_weight(feature: F) -> f32 {
    let base = FILE_BASE.iter().map(|&(f, weight, _)| (f, weight));
    base.chain(FILE_FUSED)
        .find(|(f, _)| *f == feature)
        .map_or(0.0, |(_, weight)| weight)
}

/// [`file_weight`] by the feature's name.
pub(crate) fn file_weight_named(name: &str) -> f32 {
    F::ALL
        .iter()
        .find(|feature| feature.info().name == name)
        .map_or(0.0, |&feature| file_weight(feature))
}

/// The score of every candidate, by row.
pub(crate) fn scores(features: &Features) -> Vec<f32> {
    let mut scores = vec![0.0; features.candidates.len()];
    if features.file(F::Fused).iter().all(|&fused| fused == 0.0) {
        return scores;
    }
    for (feature, weight) in CANDIDATE {
        let values = if feature == C::ClassBase {
            let max = features
                .candidate(C::Base)
                .iter()
                .copied()
                .fold(f32::MIN_POSITIVE, f32::max);
            features
                .candidate(feature)
                .iter()
                .map(|value| value / max)
                .collect()
        } else {
            normalised(features.candidate(feature))
        };
        for (score, value) in scores.iter_mut().zip(values) {
            *score += weight * value;
        }
    }
    for (score, is_type) in scores.iter_mut().zip(features.candidate(C::IsType)) {
        *score *= 1.0 - (1.0 - TYPE) * is_type;
    }
    scores
}

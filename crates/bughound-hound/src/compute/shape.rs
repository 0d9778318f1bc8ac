//! What a candidate is like, whatever the issue says.

use bughound_index::Index;

use crate::features::{CandidateFeature as C, Features, FileFeature as F};

/// Features of a candidate that come from its file, and of its shape.
pub(super) fn shape(index: &Index, features: &mut Features) {
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

//! What the issue names literally, as columns.

use bughound_index::Index;

use crate::exact::{Exact, FileSignals, SymbolSignals};
use crate::features::{CandidateFeature as C, Features, FileFeature as F};

pub(super) fn exact(index: &Index, exact: &Exact, features: &mut Features) {
    let column = |value: fn(&SymbolSignals) -> f32| -> Vec<f32> {
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
        (C::LiteralError, column(|s| s.literal_error)),
        (C::LiteralMessage, column(|s| s.literal_message)),
        (C::InTitle, column(|s| s.in_title)),
        (C::Called, column(|s| s.called)),
        (C::Inlined, column(|s| s.inlined)),
        (C::InCode, column(|s| s.in_code)),
        (C::FrameLine, column(|s| s.frame_line)),
        (C::FrameDepth, column(|s| s.frame_depth)),
        (C::Raises, column(|s| s.raises)),
        (C::Exact, column(SymbolSignals::score)),
    ];
    for (feature, values) in columns {
        features.set_candidate(feature, values);
    }
    let column = |value: fn(&FileSignals) -> f32| -> Vec<f32> {
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

//! The base score of a candidate: words in common and literal mentions.

use bughound_core::SymbolKind;
use bughound_index::{DefinitionFlags, FileRole, Index, SymbolIdx};

use crate::features::{CandidateFeature as C, Features, normalised};
use crate::hand;

pub(super) fn base(index: &Index, features: &mut Features) {
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
pub(super) fn is_test_inside_source(index: &Index, symbol: SymbolIdx) -> bool {
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

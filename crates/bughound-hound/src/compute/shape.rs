//! What a candidate is like, whatever the issue says.

use bughound_core::SymbolKind;
use bughound_index::{DefinitionFlags, Field, FileRole, Index, Symbol, SymbolIdx};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::features::{CandidateFeature as C, Features, FileFeature as F};

const COLUMNS: [C; 21] = [
    C::IsType,
    C::IsMethod,
    C::IsPrivate,
    C::IsSpecial,
    C::IsConstructor,
    C::IsProperty,
    C::IsStatic,
    C::IsAsync,
    C::IsAbstract,
    C::IsTest,
    C::IsSupport,
    C::IsVendored,
    C::IsExported,
    C::Depth,
    C::Lines,
    C::BodyTerms,
    C::SignatureTerms,
    C::DocTerms,
    C::MentionsOut,
    C::MentionsIn,
    C::SameName,
];

pub(super) fn shape(index: &Index, features: &mut Features) {
    let exported = exported(index);
    let rows: Vec<[f32; COLUMNS.len()]> = features
        .candidates
        .par_iter()
        .with_min_len(1024)
        .map(|&symbol| of_candidate(index, &exported, symbol))
        .collect();
    for (at, feature) in COLUMNS.into_iter().enumerate() {
        features.set_candidate(feature, rows.iter().map(|values| values[at]).collect());
    }
    let file = features.normalised_file(F::Fused);
    let of_file = features
        .candidates
        .iter()
        .map(|&symbol| file[index.file_of(symbol).index()]);
    features.set_candidate(C::File, of_file.collect());
}

fn of_candidate(
    index: &Index,
    exported: &FxHashSet<&str>,
    symbol: SymbolIdx,
) -> [f32; COLUMNS.len()] {
    let found = index.symbol(symbol);
    let (name, flags, role) = (found.name(), found.def.flags, found.file.role());
    let flag = |is_so: bool| if is_so { 1.0 } else { 0.0 };
    let has = |one: DefinitionFlags| flag(flags.has(one));
    let log = |n: usize| (1.0 + n as f32).ln();
    let lengths = index.field_lengths(symbol);
    let length = |field: Field| log(lengths[field as usize] as usize);
    let own_name = index.names().of(symbol);
    let is_special = name.starts_with("__") && name.ends_with("__") && name.len() > 4;
    let is_top = index.parent(symbol).is_none();
    [
        flag(found.kind().is_type()),
        flag(index.class_of(symbol).is_some() || found.kind() == SymbolKind::Method),
        flag(name.starts_with(['_', '#']) && !is_special),
        flag(is_special),
        flag(is_constructor(index, &found)),
        has(DefinitionFlags::GETTER).max(has(DefinitionFlags::SETTER)),
        has(DefinitionFlags::STATIC),
        has(DefinitionFlags::ASYNC),
        has(DefinitionFlags::ABSTRACT).max(has(DefinitionFlags::DECLARATION)),
        flag(super::base::is_test_inside_source(index, symbol)),
        flag(role == FileRole::Support),
        flag(role == FileRole::Vendored),
        flag(is_top && exported.contains(name)),
        found.qualified_name().matches('.').count() as f32,
        log(found.lines().n_lines() as usize),
        length(Field::Body),
        length(Field::Signature),
        length(Field::Doc),
        log(index.references().names_in(symbol).len()),
        log(index.references().users_of(own_name).len()),
        log(index.names().symbols(own_name).len()),
    ]
}

fn is_constructor(index: &Index, symbol: &Symbol<'_>) -> bool {
    let name = symbol.name();
    matches!(name, "__init__" | "__new__" | "constructor")
        || (symbol.kind().is_callable()
            && index
                .class_of(symbol.idx)
                .is_some_and(|class| index.symbol(class).name() == name))
}

/// The names that packages' main files bring in: what a package offers.
fn exported(index: &Index) -> FxHashSet<&str> {
    index
        .files()
        .iter()
        .filter(|file| {
            matches!(file.path().stem(), "__init__" | "index" | "mod" | "lib")
                && file.role() != FileRole::Test
        })
        .flat_map(|file| file.record().imports())
        .flat_map(|import| import.names())
        .map(|name| name.split_whitespace().next().unwrap_or(name))
        .collect()
}

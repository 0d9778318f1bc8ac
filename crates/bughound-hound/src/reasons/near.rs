//! What stands near a candidate in the code and matches well.

use bughound_index::{Index, SymbolIdx};

use crate::compute::{Evidence, top};
use crate::features::CandidateFeature as C;

/// How many of the best candidates' neighbours are told of.
const N_SEEDS: usize = 40;
/// How many of them are asked what they call.
const N_CALLERS: usize = 20;

/// The seed that passed the most weight to a candidate, by its mention.
pub(super) fn mention(index: &Index, evidence: &Evidence, symbol: SymbolIdx) -> Option<String> {
    let features = &evidence.features;
    let references = index.references();
    let name = index.names().of(symbol);
    for row in top(features.candidate(C::Base), N_SEEDS) {
        let seed = features.candidates[row];
        if seed == symbol {
            continue;
        }
        let seed_name = index.symbol(seed).qualified_name();
        if references.names_in(seed).contains(&name) {
            return Some(format!("mentioned by `{seed_name}`, which matches well"));
        }
        if references
            .names_in(symbol)
            .contains(&index.names().of(seed))
        {
            return Some(format!("mentions `{seed_name}`, which matches well"));
        }
    }
    None
}

/// The strongest tie of a candidate to one that matches well: a call, its type, a member, a namesake above or below.
pub(super) fn in_code(index: &Index, evidence: &Evidence, row: usize) -> Option<(C, String)> {
    let features = &evidence.features;
    let ties = [
        C::CalledByBest,
        C::CallsBest,
        C::ClassBase,
        C::MemberBest,
        C::SiblingBest,
        C::OverrideBest,
    ];
    let value = |feature: C| features.candidate(feature)[row];
    let strongest = ties
        .into_iter()
        .filter(|&tie| value(tie) > 0.0)
        .reduce(|a, b| if value(b) > value(a) { b } else { a })?;
    let symbol = features.candidates[row];
    let text = match strongest {
        C::CalledByBest => {
            let caller = called_by(index, evidence, symbol)?;
            format!("called by `{caller}`, which matches well")
        }
        C::CallsBest => {
            let calls = index.near_calls(symbol);
            let best = best_of(evidence, calls.into_iter().map(|(to, _)| to))?;
            format!(
                "calls `{}`, which matches well",
                index.symbol(best).qualified_name()
            )
        }
        C::ClassBase => {
            let class = index.class_of(symbol)?;
            format!("its type `{}` matches well", index.symbol(class).name())
        }
        C::OverrideBest => "a method of this name above or below its type matches well".to_owned(),
        _ => {
            let class = match strongest {
                C::MemberBest => symbol,
                _ => index.near_type(symbol)?,
            };
            let members = features
                .candidates
                .iter()
                .copied()
                .filter(|&other| other != symbol && index.near_type(other) == Some(class));
            let best = best_of(evidence, members)?;
            format!("beside `{}`, which matches well", index.symbol(best).name())
        }
    };
    Some((strongest, text))
}

fn called_by<'a>(index: &'a Index, evidence: &Evidence, symbol: SymbolIdx) -> Option<&'a str> {
    let features = &evidence.features;
    top(features.candidate(C::Base), N_CALLERS)
        .into_iter()
        .map(|row| features.candidates[row])
        .find(|&seed| {
            let calls = index.near_calls(seed);
            calls.binary_search_by_key(&symbol, |call| call.0).is_ok()
        })
        .map(|seed| index.symbol(seed).qualified_name())
}

fn best_of(evidence: &Evidence, symbols: impl Iterator<Item = SymbolIdx>) -> Option<SymbolIdx> {
    let features = &evidence.features;
    let base = features.candidate(C::Base);
    symbols
        .filter_map(|symbol| features.row(symbol))
        .filter(|&row| base[row] > 0.0)
        .reduce(|a, b| if base[b] > base[a] { b } else { a })
        .map(|row| features.candidates[row])
}

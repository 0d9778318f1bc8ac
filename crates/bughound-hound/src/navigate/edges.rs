//! Where reading a candidate leads.

use bughound_index::{Index, SymbolIdx, tokens};
use rustc_hash::FxHashMap;

use super::world::{Edge, EdgeKind};

/// Most steps of one kind from one candidate: the better priors first.
const MAX_PER_KIND: usize = 12;

/// Share of the words of two names that must be common for them to be alike.
const ALIKE: f32 = 0.5;

/// The steps between the candidates of a pool, for each candidate the surest kinds first.
pub(super) fn edges(index: &Index, pool: &[SymbolIdx]) -> Vec<Vec<Edge>> {
    let at: FxHashMap<SymbolIdx, u16> = pool.iter().copied().zip(0..).collect();
    let names: Vec<Vec<String>> = pool
        .iter()
        .map(|&symbol| words(index.symbol(symbol).name()))
        .collect();
    let hierarchy = index.graph().hierarchy();
    pool.iter()
        .zip(0_u16..)
        .map(|(&symbol, own)| {
            let mut edges: Vec<Edge> = Vec::new();
            let mut add = |kind: EdgeKind, mut others: Vec<u16>| {
                others.sort_unstable();
                others.dedup();
                let fresh: Vec<u16> = others
                    .into_iter()
                    .filter(|&to| to != own && !edges.iter().any(|edge| edge.to == to))
                    .take(MAX_PER_KIND)
                    .collect();
                edges.extend(fresh.into_iter().map(|to| Edge { kind, to }));
            };
            let known = |symbols: &mut dyn Iterator<Item = SymbolIdx>| -> Vec<u16> {
                symbols
                    .filter_map(|symbol| at.get(&symbol).copied())
                    .collect()
            };
            add(
                EdgeKind::Callee,
                known(&mut index.callees(symbol).iter().map(|call| call.to)),
            );
            add(
                EdgeKind::Caller,
                known(&mut index.callers(symbol).iter().filter_map(|call| call.from)),
            );
            let same_name = index
                .overrides(symbol)
                .into_iter()
                .chain(index.overridden_by(symbol));
            add(EdgeKind::Override, known(&mut same_name.into_iter()));
            let class = hierarchy.container(symbol);
            let kin = pool.iter().copied().filter(|&other| {
                let others_class = hierarchy.container(other);
                class == Some(other)
                    || others_class == Some(symbol)
                    || (class.is_some() && class == others_class)
            });
            add(EdgeKind::Sibling, known(&mut kin.into_iter()));
            let own_words = &names[usize::from(own)];
            let namesakes = (0_u16..)
                .zip(&names)
                .filter(|(_, words)| *words == own_words && !own_words.is_empty())
                .map(|(other, _)| other)
                .collect();
            add(EdgeKind::Namesake, namesakes);
            let alike = (0_u16..)
                .zip(&names)
                .filter(|(_, words)| in_common(own_words, words) >= ALIKE)
                .map(|(other, _)| other)
                .collect();
            add(EdgeKind::Alike, alike);
            edges
        })
        .collect()
}

/// The words of a name, sorted; names like `__init__` have none, as they say nothing.
fn words(name: &str) -> Vec<String> {
    if name.starts_with("__") && name.ends_with("__") {
        return Vec::new();
    }
    let mut words: Vec<String> = tokens::parts(name).map(str::to_lowercase).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Share of common words among all words of two names of several words each.
fn in_common(a: &[String], b: &[String]) -> f32 {
    if a.len() < 2 || b.len() < 2 {
        return 0.0;
    }
    let common = a.iter().filter(|word| b.contains(word)).count();
    if common < 2 {
        return 0.0;
    }
    common as f32 / (a.len() + b.len() - common) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike() {
        let check = |a: &str, b: &str, expect: bool| {
            assert_eq!(in_common(&words(a), &words(b)) >= ALIKE, expect, "{a} {b}");
        };
        check("to_numpy_array", "to_numpy", true);
        check("readJsonFile", "read_json_text", true);
        check("read", "read", false);
        check("get_name", "get_size", false);
        check("__get_item__", "__get_item__", false);
    }
}

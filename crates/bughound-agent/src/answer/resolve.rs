//! From places as a policy wrote them to places of an index.

use bughound_core::SymbolId;
use bughound_index::{FileIdx, Index, SymbolIdx};
use bughound_trace::{AnswerItem, Resolution};

/// Names at least this similar are near: the cut-off of the published code, there over difflib's ratio.
const MIN_SIMILARITY: f64 = 0.8;

/// The same places, each with what it means in the index and how that was told. Places that turn out to be the
/// same as an earlier one are dropped.
pub fn resolve(index: &Index, items: Vec<AnswerItem>) -> Vec<AnswerItem> {
    let mut resolved: Vec<AnswerItem> = Vec::with_capacity(items.len());
    for item in items {
        let item = resolve_one(index, item);
        let is_known = item.id.is_some() && resolved.iter().any(|known| known.id == item.id);
        if !is_known {
            resolved.push(item);
        }
    }
    resolved
}

fn resolve_one(index: &Index, mut item: AnswerItem) -> AnswerItem {
    let file = item.path.as_deref().map(|path| find_file(index, path));
    let (resolution, file, symbol) = match (file, item.name.as_deref()) {
        (Some(Found::One(file, how)), Some(name)) => match find_name(index, file, name) {
            Found::One(symbol, named) => (weaker(how, named), Some(file), Some(symbol)),
            Found::Several => (Resolution::FileOnly, Some(file), None),
            Found::None => (Resolution::FileOnly, Some(file), None),
        },
        (Some(Found::One(file, how)), None) => (how, Some(file), None),
        // The file is not there: the name alone may still tell.
        (Some(Found::None) | None, Some(name)) => match find_anywhere(index, name) {
            Found::One(symbol, how) => (how, Some(index.file_of(symbol)), Some(symbol)),
            Found::Several => (Resolution::Ambiguous, None, None),
            Found::None => (Resolution::Unknown, None, None),
        },
        (Some(Found::Several), _) => (Resolution::Ambiguous, None, None),
        (Some(Found::None) | None, None) => (Resolution::Unknown, None, None),
    };
    item.resolution = resolution;
    if let Some(symbol) = symbol.map(|symbol| candidate_around(index, symbol)) {
        let symbol = index.symbol(symbol);
        item.id = Some(symbol.id());
        item.kind = Some(symbol.kind());
        item.lines = Some(symbol.lines());
    } else if let Some(file) = file {
        item.id = Some(SymbolId::file(index.file(file).path().clone()));
    }
    item
}

enum Found<T> {
    One(T, Resolution),
    Several,
    None,
}

/// The less certain of two.
fn weaker(a: Resolution, b: Resolution) -> Resolution {
    a.max(b)
}

fn find_file(index: &Index, path: &str) -> Found<FileIdx> {
    let path = path.trim().trim_start_matches("./").trim_start_matches('/');
    if let Some(file) = index.file_at(path) {
        return Found::One(file, Resolution::Exact);
    }
    let tail = format!("/{path}");
    let mut tails = index
        .file_idxs()
        .filter(|&file| index.file(file).path().as_str().ends_with(&tail));
    match (tails.next(), tails.next()) {
        (Some(file), None) => return Found::One(file, Resolution::Suffix),
        (Some(_), Some(_)) => return Found::Several,
        _ => {}
    }
    // What was written may have a folder too many in front: `django/django/db/models.py`, `/repo/db/models.py`.
    let mut rest = path;
    while let Some((_, shorter)) = rest.split_once('/') {
        rest = shorter;
        if rest.contains('/')
            && let Some(file) = index.file_at(rest)
        {
            return Found::One(file, Resolution::Suffix);
        }
    }
    nearest(
        index
            .file_idxs()
            .map(|file| (file, index.file(file).path().as_str())),
        path,
    )
}

fn find_name(index: &Index, file: FileIdx, name: &str) -> Found<SymbolIdx> {
    if let Some(&symbol) = index.find(file, name).first() {
        return Found::One(symbol, Resolution::Exact);
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    // `method` for `Class.method`; then `OtherClass.method` for the only method of that name.
    for wanted in [name, last] {
        let found = by_suffix(index, index.symbols_of(file), wanted);
        if !matches!(found, Found::None) {
            return found;
        }
    }
    nearest(
        index
            .symbols_of(file)
            .map(|symbol| (symbol, index.symbol(symbol).qualified_name())),
        name,
    )
}

fn find_anywhere(index: &Index, name: &str) -> Found<SymbolIdx> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let defined = index.names().defined(last);
    by_suffix(index, defined.iter().copied(), name)
}

/// The only thing whose dotted name ends in `name`. Definitions that share an id count as one.
fn by_suffix(
    index: &Index,
    symbols: impl Iterator<Item = SymbolIdx>,
    name: &str,
) -> Found<SymbolIdx> {
    let mut found: Option<SymbolIdx> = None;
    for symbol in symbols {
        let qualified = index.symbol(symbol).qualified_name();
        let ends = qualified
            .strip_suffix(name)
            .is_some_and(|head| head.is_empty() || head.ends_with('.'));
        if !ends {
            continue;
        }
        match found {
            Some(known) if index.symbol(known).id() != index.symbol(symbol).id() => {
                return Found::Several;
            }
            Some(_) => {}
            None => found = Some(symbol),
        }
    }
    found.map_or(Found::None, |symbol| Found::One(symbol, Resolution::Suffix))
}

/// The thing with the most similar name, where none other is as similar.
fn nearest<'a, T: Copy>(candidates: impl Iterator<Item = (T, &'a str)>, wanted: &str) -> Found<T> {
    let mut best: Option<(f64, T, &str)> = None;
    let mut is_tied = false;
    for (candidate, name) in candidates {
        let longest = name.len().max(wanted.len());
        // Lengths alone bound the similarity.
        if name.len().abs_diff(wanted.len()) * 5 > longest {
            continue;
        }
        let similarity = strsim::normalized_levenshtein(name, wanted);
        if similarity < MIN_SIMILARITY {
            continue;
        }
        match best {
            Some((known, _, best_name)) if similarity < known || name == best_name => {}
            Some((known, ..)) if similarity <= known => is_tied = true,
            _ => {
                best = Some((similarity, candidate, name));
                is_tied = false;
            }
        }
    }
    match best {
        Some(_) if is_tied => Found::Several,
        Some((_, candidate, _)) => Found::One(candidate, Resolution::Nearest),
        None => Found::None,
    }
}

/// A function inside a function counts as part of the one around it.
fn candidate_around(index: &Index, symbol: SymbolIdx) -> SymbolIdx {
    let mut at = symbol;
    while !index.symbol(at).is_candidate() {
        match index.parent(at) {
            Some(parent) => at = parent,
            None => return symbol,
        }
    }
    at
}

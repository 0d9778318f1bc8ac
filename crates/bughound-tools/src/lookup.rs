//! From what a policy calls something to the thing itself, and near names where there is none.

use bughound_core::SymbolKind;
use bughound_index::{FileIdx, FileRole, Index, SymbolIdx};

use crate::{ToolContext, ToolError};

/// How many near names are offered.
const N_SUGGESTIONS: usize = 5;

/// The source file with exactly this path.
///
/// # Errors
/// A miss with near paths.
pub(crate) fn exact_file(context: &ToolContext, path: &str) -> Result<FileIdx, ToolError> {
    context
        .index()
        .file_at(path)
        .ok_or_else(|| no_file(context, path))
}

/// The source file with this path, or the only one whose path ends in it.
///
/// # Errors
/// A miss with near paths.
pub(crate) fn file(context: &ToolContext, path: &str) -> Result<FileIdx, ToolError> {
    let index = context.index();
    let path = path.trim().trim_start_matches("./").trim_start_matches('/');
    if let Some(file) = index.file_at(path) {
        return Ok(file);
    }
    let mut tails = index
        .file_idxs()
        .filter(|&file| is_tail(index.file(file).path().as_str(), path));
    match (tails.next(), tails.next()) {
        (Some(only), None) if !path.is_empty() => Ok(only),
        _ => Err(no_file(context, path)),
    }
}

fn is_tail(path: &str, tail: &str) -> bool {
    path.strip_suffix(tail)
        .is_some_and(|head| head.ends_with('/'))
}

fn no_file(context: &ToolContext, path: &str) -> ToolError {
    let problem = if context.index().snapshot().entry(path).is_some() {
        format!("`{path}` is no source file that is understood; read_lines shows it")
    } else {
        format!("There is no file `{path}`")
    };
    ToolError::miss(problem, near_paths(context.index(), path))
}

/// Paths that may have been meant: those that share the most last components, then those with a similar
/// file name; product code before tests.
pub(crate) fn near_paths(index: &Index, path: &str) -> Vec<String> {
    let wanted = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let wanted_stem = wanted
        .rsplit_once('.')
        .map_or(wanted.as_str(), |(stem, _)| stem);
    let mut scored = Vec::new();
    for file in index.files() {
        let candidate = file.path();
        let name = candidate.file_name().to_lowercase();
        let shared = candidate
            .as_str()
            .rsplit('/')
            .zip(path.rsplit('/'))
            .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
            .count();
        let stem = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        let similarity = if shared > 0 {
            1.0
        } else if 2 * stem.len().min(wanted_stem.len()) >= stem.len().max(wanted_stem.len()) {
            strsim::normalized_damerau_levenshtein(stem, wanted_stem)
        } else {
            0.0
        };
        // Folders in common break ties between files of one name.
        let folders = candidate
            .components()
            .filter(|part| path.split('/').any(|other| other == *part))
            .count();
        if similarity >= 0.7 {
            scored.push((
                shared,
                similarity,
                folders,
                file.role() == FileRole::Source,
                candidate.as_str(),
            ));
        }
    }
    scored.sort_by(|a, b| {
        b.0.cmp(&a.0)
            .then(b.1.total_cmp(&a.1))
            .then(b.3.cmp(&a.3))
            .then(b.2.cmp(&a.2))
            .then(a.4.cmp(b.4))
    });
    if scored.is_empty() {
        // Nothing is called like it: what lies in its folder.
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = index
            .files()
            .iter()
            .map(bughound_index::File::path)
            .filter(|other| other.parent() == folder);
        return beside
            .take(N_SUGGESTIONS)
            .map(ToString::to_string)
            .collect();
    }
    scored
        .into_iter()
        .take(N_SUGGESTIONS)
        .map(|(.., path)| path.to_owned())
        .collect()
}

/// The definitions of one kind in a file that are called `name`: by the whole dotted name, else by its
/// last parts.
pub(crate) fn in_file(
    index: &Index,
    file: FileIdx,
    name: &str,
    is_wanted: impl Fn(SymbolKind) -> bool,
) -> Vec<SymbolIdx> {
    let exact: Vec<SymbolIdx> = index
        .find(file, name)
        .into_iter()
        .filter(|&idx| is_wanted(index.symbol(idx).kind()))
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    index
        .symbols_of(file)
        .filter(|&idx| {
            let symbol = index.symbol(idx);
            is_wanted(symbol.kind()) && ends_in(symbol.qualified_name(), name)
        })
        .collect()
}

/// Whether the dotted name `qualified` ends in the dotted name `name`.
pub(crate) fn ends_in(qualified: &str, name: &str) -> bool {
    qualified
        .strip_suffix(name)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// Whether a kind holds members: types, and what Rust and C++ put around functions.
pub(crate) fn is_container(kind: SymbolKind) -> bool {
    kind.is_type() || matches!(kind, SymbolKind::Impl | SymbolKind::Namespace)
}

/// Where else in the index something of this name is, as ids; product code first.
pub(crate) fn elsewhere(
    index: &Index,
    name: &str,
    is_wanted: impl Fn(SymbolKind) -> bool,
) -> Vec<String> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let mut found: Vec<(bool, String)> = index
        .names()
        .defined(last)
        .iter()
        .map(|&idx| index.symbol(idx))
        .filter(|symbol| is_wanted(symbol.kind()) && ends_in(symbol.qualified_name(), name))
        .map(|symbol| {
            (
                symbol.file.role() != FileRole::Source,
                symbol.id().to_string(),
            )
        })
        .collect();
    found.sort();
    found.dedup();
    found
        .into_iter()
        .take(N_SUGGESTIONS)
        .map(|(_, id)| id)
        .collect()
}

/// Near names in one file, as they are written in a call: only of the wanted kind.
pub(crate) fn near_names(
    index: &Index,
    file: FileIdx,
    name: &str,
    is_wanted: impl Fn(SymbolIdx) -> bool,
    shown: impl Fn(SymbolIdx) -> String,
) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut scored: Vec<(f64, String)> = Vec::new();
    for idx in index.symbols_of(file).filter(|&idx| is_wanted(idx)) {
        let own = index.symbol(idx).name().to_lowercase();
        let similarity = if own.contains(&lower) || (lower.contains(&own) && own.len() > 2) {
            0.9
        } else {
            strsim::normalized_damerau_levenshtein(&own, &lower)
        };
        if similarity >= 0.6 {
            scored.push((similarity, shown(idx)));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored
        .into_iter()
        .take(N_SUGGESTIONS)
        .map(|(_, name)| name)
        .collect()
}

/// The one definition that a symbol argument means, given as `path::Qualified.name` or as a name that may
/// leave out its first parts. Several are given where they share one id (overloads, accessors, branches);
/// never none.
///
/// # Errors
/// A miss: nothing of that name (with near ones), or several things (with their ids).
pub(crate) fn one_symbol(context: &ToolContext, text: &str) -> Result<Vec<SymbolIdx>, ToolError> {
    let index = context.index();
    let text = text.trim();
    let mut found = match text
        .split_once("::")
        .filter(|(path, _)| path.contains(['.', '/']))
    {
        Some((path, name)) => named_in_file(context, path, name.trim())?,
        None => named_anywhere(context, text)?,
    };
    let id = |idx: SymbolIdx| index.symbol(idx).id();
    // The order of the index says nothing about which one is meant: several ids are a question back.
    let mut ids: Vec<String> = found.iter().map(|&idx| id(idx).to_string()).collect();
    ids.dedup();
    if ids.len() > 1 {
        let n = ids.len();
        ids.truncate(2 * N_SUGGESTIONS);
        return Err(ToolError::miss(
            format!("`{text}` may be any of {n} definitions; give its id"),
            ids,
        ));
    }
    found.dedup();
    Ok(found)
}

fn named_in_file(
    context: &ToolContext,
    path: &str,
    name: &str,
) -> Result<Vec<SymbolIdx>, ToolError> {
    let index = context.index();
    let file = file(context, path)?;
    let found = in_file(index, file, name, |_| true);
    if !found.is_empty() {
        return Ok(found);
    }
    let shown = |idx: SymbolIdx| index.symbol(idx).id().to_string();
    let last = name.rsplit('.').next().unwrap_or(name);
    let mut near = near_names(index, file, last, |_| true, shown);
    if near.is_empty() {
        near = elsewhere(index, name, |_| true);
    }
    Err(ToolError::miss(
        format!("{} defines no `{name}`", index.file(file).path()),
        near,
    ))
}

fn named_anywhere(context: &ToolContext, text: &str) -> Result<Vec<SymbolIdx>, ToolError> {
    let index = context.index();
    let name = text.replace("::", ".");
    let last = name.rsplit('.').next().unwrap_or(&name);
    let mut found: Vec<SymbolIdx> = index
        .names()
        .defined(last)
        .iter()
        .copied()
        .filter(|&idx| ends_in(index.symbol(idx).qualified_name(), &name))
        .collect();
    if found.is_empty() {
        let near = index.names().nearest(index, &name, None, N_SUGGESTIONS);
        return Err(ToolError::miss(
            format!("Nothing here is called `{text}`"),
            near,
        ));
    }
    // A test or an example that happens to share the name is rarely meant.
    let is_product = |idx: &SymbolIdx| index.symbol(*idx).file.role() == FileRole::Source;
    if found.iter().any(is_product) {
        found.retain(is_product);
    }
    Ok(found)
}

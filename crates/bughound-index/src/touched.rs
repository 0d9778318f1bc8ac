//! Which functions a commit changed: its diff, laid over the outline of each file before it.

use bughound_core::{Language, RepoPath};
use bughound_repo::{ChangeReader, ObjectId, Repo, diff_lines};
use bughound_store::{Key, Store};
use bughound_syntax::{DefinitionFlags, Outline};
use rayon::prelude::*;

use crate::index::{Index, SymbolIdx};
use crate::role::FileRole;

/// Bumped whenever the same commit gives other names.
const TOUCHED_VERSION: u32 = 1 << 8 | bughound_syntax::EXTRACTOR_VERSION;

/// Commits of more source files than this are not looked into.
const MAX_FILES: usize = 30;

/// For each of `commits` the candidates of `index` that it changed, by path and qualified name as they
/// were then. What `store` holds is taken from it; the rest is kept there. Commits that cannot be read
/// give nothing.
pub(crate) fn touched(
    repo: &Repo,
    index: &Index,
    commits: &[ObjectId],
    store: &Store,
) -> Vec<Vec<SymbolIdx>> {
    let table = store.table("touched", TOUCHED_VERSION);
    let found: Vec<(Vec<u8>, bool)> = commits
        .par_iter()
        .map_init(
            || repo.change_reader(),
            |reader, commit| match table.get(&commit.0) {
                Some(known) => (known.to_vec(), true),
                None => (names_of(reader, *commit).into_bytes(), false),
            },
        )
        .collect();
    let mut fresh: Vec<(Key, Vec<u8>)> = commits
        .iter()
        .zip(&found)
        .filter(|(_, (_, known))| !known)
        .map(|(commit, (names, _))| (commit.0, names.clone()))
        .collect();
    fresh.sort_unstable();
    fresh.dedup();
    if !fresh.is_empty() {
        // A cache that cannot be written costs time, not results; building the index has reported it.
        let _ = table.put_all(&fresh);
    }
    found
        .iter()
        .map(|(names, _)| {
            let names = std::str::from_utf8(names).unwrap_or("");
            let mut symbols: Vec<SymbolIdx> = names
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .filter_map(|(path, name)| Some((index.file_at(path)?, name)))
                .flat_map(|(file, name)| index.find(file, name))
                .filter(|&symbol| index.symbol(symbol).is_candidate())
                .collect();
            symbols.sort_unstable();
            symbols.dedup();
            symbols
        })
        .collect()
}

/// One `path<TAB>qualified name` per line.
fn names_of(reader: &mut ChangeReader, commit: ObjectId) -> String {
    let mut names = String::new();
    let Ok(changes) = reader.changes(commit) else {
        return names;
    };
    let sources: Vec<(RepoPath, Language, ObjectId, Option<ObjectId>)> = changes
        .into_iter()
        .filter(|change| FileRole::of(&change.path) != FileRole::Test)
        .filter_map(|change| {
            let language = Language::from_extension(change.path.extension())?;
            Some((change.path, language, change.old?, change.new))
        })
        .collect();
    if sources.len() > MAX_FILES {
        return names;
    }
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for (path, language, old_id, new_id) in sources {
        new.clear();
        if reader.blob(old_id, &mut old).is_err()
            || new_id.is_some_and(|id| reader.blob(id, &mut new).is_err())
            || old.len().max(new.len()) > crate::index::MAX_SOURCE_BYTES
        {
            continue;
        }
        let outline = bughound_syntax::outline(language, &String::from_utf8_lossy(&old));
        let mut last = "";
        for hunk in diff_lines(&old, &new) {
            // An insertion belongs to the line before it.
            let first = if hunk.old_len == 0 {
                hunk.old_start.saturating_sub(1)
            } else {
                hunk.old_start
            };
            let last_line = first + hunk.old_len.max(1) - 1;
            for line in first..=last_line {
                if let Some(name) = candidate_at(&outline, line)
                    && name != last
                {
                    last = name;
                    names.push_str(path.as_str());
                    names.push('\t');
                    names.push_str(name);
                    names.push('\n');
                }
            }
        }
    }
    names
}

/// The qualified name of the innermost candidate around a line.
fn candidate_at(outline: &Outline, line: u32) -> Option<&str> {
    outline
        .definitions
        .iter()
        .rfind(|def| {
            def.lines.contains(line)
                && !def.flags.has(DefinitionFlags::NESTED)
                && (def.kind.is_callable() || def.kind.is_type())
        })
        .map(|def| &*def.qualified_name)
}

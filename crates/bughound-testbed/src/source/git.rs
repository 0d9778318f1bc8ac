//! A revision of a git repository on this machine, read from its object database; git is never run.

use std::path::Path;

use bughound_repo::{EntryKind, Repo};

use crate::tree::Tree;
use crate::{Fault, FaultKind};

/// The files of `revision` in the repository at `url`, a path (relative to the task's folder). Links and submodules
/// are left out; what starts with `#!` may be executed.
pub(super) fn tree(folder: &Path, url: &str, revision: &str) -> Result<Tree, Fault> {
    let fault = |what: String| Fault {
        kind: FaultKind::Registry,
        what: format!("{url} at {revision}: {what}"),
    };
    if url.contains("://") {
        return Err(fault(
            "clone it and name the clone's path: tasks are prepared from repositories of this machine".to_owned(),
        ));
    }
    let repo = Repo::open(&folder.join(url)).map_err(|error| fault(error.to_string()))?;
    let snapshot = repo
        .snapshot(revision)
        .map_err(|error| fault(error.to_string()))?;
    let mut reader = snapshot.reader();
    let mut tree = Tree::default();
    for entry in snapshot.entries() {
        if entry.kind != EntryKind::File {
            continue;
        }
        let mut bytes = Vec::new();
        reader
            .read(entry, &mut bytes)
            .map_err(|error| fault(format!("{}: {error}", entry.path)))?;
        let executable = bytes.starts_with(b"#!");
        tree.put(entry.path.as_str().to_owned(), bytes, executable);
    }
    Ok(tree)
}

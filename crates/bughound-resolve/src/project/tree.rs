//! The files of a snapshot in memory: a copy, so that nothing that happens later reaches whose they are.

use bughound_repo::{EntryKind, Snapshot};
use bughound_testbed::Tree;

/// Files of a project.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Those that count.
    pub tree: Tree,
    /// Those that could not be taken along, each with why.
    pub left_out: Vec<String>,
}

/// Reads all plain files of a snapshot. What starts with `#!` may be executed.
pub fn files_of(snapshot: &Snapshot) -> Files {
    let mut files = Files::default();
    let mut reader = snapshot.reader();
    for entry in snapshot.entries() {
        match entry.kind {
            EntryKind::File => {}
            EntryKind::Symlink => {
                files.left_out.push(format!("{}: a link", entry.path));
                continue;
            }
            EntryKind::Submodule => {
                files
                    .left_out
                    .push(format!("{}: another repository", entry.path));
                continue;
            }
        }
        let mut bytes = Vec::new();
        match reader.read(entry, &mut bytes) {
            Ok(()) => {
                let executable = bytes.starts_with(b"#!");
                files
                    .tree
                    .put(entry.path.as_str().to_owned(), bytes, executable);
            }
            Err(error) => files.left_out.push(error.to_string()),
        }
    }
    files
}

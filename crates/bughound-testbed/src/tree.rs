//! A project's files in memory: what a recipe's source gives, before and after its edits.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bughound_sandbox::{Change, What};

use crate::task::{Edit, EditError};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it may be executed.
    pub executable: bool,
}

/// Plain files by relative path (`/` between its parts).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The files.
    pub files: BTreeMap<String, TreeFile>,
}

impl Tree {
    /// Puts a file, in place of what was there.
    pub fn put(&mut self, path: String, bytes: Vec<u8>, executable: bool) {
        self.files.insert(path, TreeFile { bytes, executable });
    }

    /// Makes the edits, in order.
    ///
    /// # Errors
    /// The first that does not fit; those before it are made.
    pub fn edit(&mut self, edits: &[Edit]) -> Result<(), EditError> {
        for edit in edits {
            let before = self.files.get(&edit.path);
            match edit.apply(before.map(|file| file.bytes.as_slice()))? {
                Some(bytes) => {
                    let executable = before.is_some_and(|file| file.executable);
                    self.put(edit.path.clone(), bytes, executable);
                }
                None => {
                    self.files.remove(&edit.path);
                }
            }
        }
        Ok(())
    }

    /// What turns this tree into `after`, in the order of paths. Changes of a mode alone count.
    pub fn changes_to(&self, after: &Self) -> Vec<Change> {
        let removed = self
            .files
            .keys()
            .filter(|path| !after.files.contains_key(*path));
        let written = after
            .files
            .iter()
            .filter(|(path, file)| self.files.get(*path) != Some(file));
        let mut changes: Vec<Change> = removed
            .map(|path| Change {
                path: path.into(),
                what: What::Removed,
            })
            .chain(written.map(|(path, file)| change(PathBuf::from(path), file)))
            .collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        changes
    }

    /// Its files below `folder`, as changes.
    pub fn below(&self, folder: &str) -> Vec<Change> {
        self.files
            .iter()
            .map(|(path, file)| change(PathBuf::from(folder).join(path), file))
            .collect()
    }
}

fn change(path: PathBuf, file: &TreeFile) -> Change {
    Change {
        path,
        what: What::File {
            bytes: file.bytes.clone(),
            executable: file.executable,
        },
    }
}

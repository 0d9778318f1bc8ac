//! Were the tests that ran the ones that we put there?
//!
//! Whatever runs while a change is judged may write into the tree: a build script that is part of the change, product
//! code that a test imports. So files that no change may touch are looked at again, before the tests run and after.

use std::collections::BTreeMap;

use bughound_sandbox::{Change, ChangeFilter, Sandbox, SandboxError, What};
use globset::GlobSet;

use crate::Prepared;
use crate::paths::{globs, is_left_behind};
use crate::tree::TreeFile;

/// What must be there, unchanged.
pub(crate) struct Kept {
    /// Files that lie in no layer: held-out tests and what was laid over them.
    written: BTreeMap<String, TreeFile>,
    /// Files of the tree that no change may touch.
    in_layers: BTreeMap<String, TreeFile>,
    /// Names that nothing may make.
    implicit: GlobSet,
    /// What the tree or the change has under such a name.
    known: Vec<String>,
}

impl Kept {
    pub(crate) fn of(prepared: &Prepared, changes: &[Change], extra: &[Change]) -> Self {
        let trees = &prepared.trees;
        let mut written = trees.held_out.files.clone();
        for change in extra {
            if let (Some(path), What::File { bytes, executable }) =
                (change.path.to_str(), &change.what)
            {
                let file = TreeFile {
                    bytes: bytes.clone(),
                    executable: *executable,
                };
                written.insert(path.to_owned(), file);
            }
        }
        let protected = globs(&prepared.task.recipe.paths.protected);
        let in_layers = trees
            .broken
            .files
            .iter()
            .filter(|(path, _)| protected.is_match(path) && !written.contains_key(*path))
            .map(|(path, file)| (path.clone(), file.clone()))
            .collect();
        let of_change = changes.iter().filter_map(|change| change.path.to_str());
        Self {
            written,
            in_layers,
            implicit: prepared.implicit.clone(),
            known: trees
                .broken
                .files
                .keys()
                .cloned()
                .chain(of_change.map(str::to_owned))
                .collect(),
        }
    }

    /// Paths that are not as they must be.
    pub(crate) fn disturbed(&self, sandbox: &mut dyn Sandbox) -> Result<Vec<String>, SandboxError> {
        let filter = ChangeFilter {
            under: "repo".into(),
            without: Vec::new(),
            file_bytes: 64 << 20,
            total_bytes: 256 << 20,
        };
        let mut now: BTreeMap<String, What> = BTreeMap::new();
        for change in sandbox.changes(&filter)? {
            if let Some(path) = change
                .path
                .strip_prefix("repo")
                .ok()
                .and_then(|p| p.to_str())
            {
                now.insert(path.to_owned(), change.what);
            }
        }
        let is = |file: &TreeFile, what: &What| {
            matches!(what, What::File { bytes, executable }
                if *bytes == file.bytes && *executable == file.executable)
        };
        let mut disturbed = Vec::new();
        for (path, file) in &self.written {
            if !now.get(path).is_some_and(|what| is(file, what)) {
                disturbed.push(path.clone());
            }
        }
        for (path, what) in &now {
            let inside = format!("{path}/");
            let is_hurt = match (self.in_layers.get(path), what) {
                (Some(file), what) => !is(file, what),
                // A folder that was removed, whether or not something was made in its place.
                (None, What::Removed) => self.in_layers.iter().any(|(file, kept)| {
                    file.starts_with(&inside) && !now.get(file).is_some_and(|what| is(kept, what))
                }),
                (None, What::Link { .. }) => {
                    self.in_layers.keys().any(|file| file.starts_with(&inside))
                }
                (None, What::File { .. }) => {
                    self.implicit.is_match(path)
                        && !is_left_behind(path)
                        && !self.written.contains_key(path)
                        && !self.known.contains(path)
                }
                _ => false,
            };
            if is_hurt {
                disturbed.push(path.clone());
            }
        }
        disturbed.sort();
        disturbed.dedup();
        Ok(disturbed)
    }
}

//! Reading a task's folder.

use std::path::{Path, PathBuf};

use super::Recipe;

/// A task's folder, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What `task.toml` says.
    pub recipe: Recipe,
    /// Files of `tree/`: relative path and content.
    pub tree: Vec<(PathBuf, Vec<u8>)>,
    /// Files of `held_out/`.
    pub held_out: Vec<(PathBuf, Vec<u8>)>,
    /// `issue.md`, where there is one; otherwise the broken state's own build log is what a policy is told.
    pub issue: Option<String>,
    /// The lock file beside `task.toml` (`lock.txt`, `Cargo.lock`, `package-lock.json`, ...): name and content.
    pub lock: Option<(String, Vec<u8>)>,
}

/// Why a folder is no task.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {what}", path = path.display())]
pub struct RecipeError {
    /// The file that is wrong.
    pub path: PathBuf,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Task {
    /// Reads the folder `folder`.
    ///
    /// # Errors
    /// [`RecipeError`] names the file, and in `task.toml` the line, that is wrong.
    pub fn read(folder: &Path) -> Result<Self, RecipeError> {
        let _ = folder;
        unimplemented!("lead")
    }
}

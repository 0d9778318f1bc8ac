//! Reading a task's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::Dir;

use super::Recipe;
use super::checks::findings;

/// A task's folder, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What `task.toml` says.
    pub recipe: Recipe,
    /// Where it was read from, for messages and for paths that are relative to it.
    pub folder: PathBuf,
    /// Files of `tree/`: relative path (`/` between its parts) and content.
    pub tree: Vec<(String, Vec<u8>)>,
    /// Files of `held_out/`.
    pub held_out: Vec<(String, Vec<u8>)>,
    /// `issue.md`, where there is one; otherwise the broken state's own build log is what a policy is told.
    pub issue: Option<String>,
    /// The lock file beside `task.toml`: name and content.
    pub lock: Option<(String, Vec<u8>)>,
}

/// Names of lock files that may lie beside `task.toml`.
const LOCKS: [&str; 5] = [
    "lock.txt",
    "Cargo.lock",
    "package-lock.json",
    "go.sum",
    "gradle.lockfile",
];

/// Why a folder is no task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
        Self::of_files(folder, files_below(folder)?, |base| {
            files_below(&folder.parent().unwrap_or(folder).join(base))
        })
    }

    /// Reads a folder of `suite`, which is part of the program.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn embedded(suite: &Dir<'_>, folder: &Dir<'_>) -> Result<Self, RecipeError> {
        let mut files = Vec::new();
        embedded_files(folder, folder.path(), &mut files);
        Self::of_files(folder.path(), files, |base| {
            let mut files = Vec::new();
            let base = suite.path().join(base);
            let found = suite.get_dir(&base).ok_or_else(|| RecipeError {
                path: base.clone(),
                what: "there is no such folder".to_owned(),
            })?;
            embedded_files(found, &base, &mut files);
            Ok(files)
        })
    }

    fn of_files(
        folder: &Path,
        files: Files,
        base: impl FnOnce(&str) -> Result<Files, RecipeError>,
    ) -> Result<Self, RecipeError> {
        let path = folder.join("task.toml");
        let wrong = |what: String| RecipeError {
            path: path.clone(),
            what,
        };
        let Some((_, bytes)) = files.iter().find(|(name, _)| name == "task.toml") else {
            return Err(wrong(
                "a task's folder has a task.toml, this one has none".to_owned(),
            ));
        };
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("not UTF-8 text".to_owned()))?;
        let recipe: Recipe = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if let Some(what) = findings(&recipe, name.as_deref()).into_iter().next() {
            return Err(wrong(what));
        }
        let shared = match recipe.base.as_str() {
            "" => Files::new(),
            name => base(name)?,
        };
        // The task's own files come later, in place of shared ones of the same name.
        let merged: BTreeMap<String, Vec<u8>> = shared.into_iter().chain(files).collect();
        Ok(Self::with_files(recipe, folder, merged))
    }

    /// A task with these files beside its recipe: `tree/...`, `held_out/...`, `issue.md`, a lock; others do not matter.
    pub fn with_files(
        recipe: Recipe,
        folder: &Path,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Self {
        let mut task = Self {
            recipe,
            folder: folder.to_owned(),
            tree: Vec::new(),
            held_out: Vec::new(),
            issue: None,
            lock: None,
        };
        for (name, bytes) in files {
            if let Some(inner) = name.strip_prefix("tree/") {
                task.tree.push((inner.to_owned(), bytes));
            } else if let Some(inner) = name.strip_prefix("held_out/") {
                task.held_out.push((inner.to_owned(), bytes));
            } else if name == "issue.md" {
                task.issue = Some(String::from_utf8_lossy(&bytes).into_owned());
            } else if LOCKS.contains(&name.as_str()) {
                task.lock = Some((name, bytes));
            }
        }
        task
    }
}

/// Relative paths (`/` between their parts) and contents.
pub type Files = Vec<(String, Vec<u8>)>;

/// All plain files below `folder` with their relative paths (`/` between their parts), in the order of paths.
///
/// # Errors
/// [`RecipeError`] names the file that cannot be read.
pub fn files_below(folder: &Path) -> Result<Files, RecipeError> {
    let mut files = Files::new();
    walk(folder, "", &mut files)?;
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), RecipeError> {
    let unreadable = |path: &Path, error: &std::io::Error| RecipeError {
        path: path.to_owned(),
        what: format!("cannot be read: {error}"),
    };
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let kind = entry
            .file_type()
            .map_err(|error| unreadable(folder, &error))?;
        if let Ok(name) = entry.file_name().into_string() {
            names.push((name, kind));
        }
    }
    names.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, kind) in names {
        let path = folder.join(&name);
        let inner = format!("{prefix}{name}");
        if kind.is_dir() {
            walk(&path, &format!("{inner}/"), files)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            files.push((inner, bytes));
        }
    }
    Ok(())
}

fn embedded_files(folder: &Dir<'_>, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for file in folder.files() {
        if let Ok(inner) = file.path().strip_prefix(root)
            && let Some(inner) = inner.to_str()
        {
            files.push((inner.to_owned(), file.contents().to_vec()));
        }
    }
    for folder in folder.dirs() {
        embedded_files(folder, root, files);
    }
}

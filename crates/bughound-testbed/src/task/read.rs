//! Reading a task's folder.

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
        let mut files = Vec::new();
        walk(folder, "", &mut files)?;
        Self::of_files(folder, files)
    }

    /// Reads a folder that is part of the program.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn embedded(folder: &Dir<'_>) -> Result<Self, RecipeError> {
        let mut files = Vec::new();
        embedded_files(folder, folder.path(), &mut files);
        Self::of_files(folder.path(), files)
    }

    fn of_files(folder: &Path, files: Vec<(String, Vec<u8>)>) -> Result<Self, RecipeError> {
        let path = folder.join("task.toml");
        let wrong = |what: String| RecipeError {
            path: path.clone(),
            what,
        };
        let mut recipe = None;
        let mut task = Parts::default();
        for (name, bytes) in files {
            if name == "task.toml" {
                let text =
                    String::from_utf8(bytes).map_err(|_| wrong("not UTF-8 text".to_owned()))?;
                recipe = Some(
                    toml::from_str::<Recipe>(&text).map_err(|error| wrong(error.to_string()))?,
                );
            } else if let Some(inner) = name.strip_prefix("tree/") {
                task.tree.push((inner.to_owned(), bytes));
            } else if let Some(inner) = name.strip_prefix("held_out/") {
                task.held_out.push((inner.to_owned(), bytes));
            } else if name == "issue.md" {
                task.issue = Some(String::from_utf8_lossy(&bytes).into_owned());
            } else if LOCKS.contains(&name.as_str()) {
                task.lock = Some((name, bytes));
            }
        }
        let recipe = recipe.ok_or_else(|| {
            wrong("a task's folder has a task.toml, this one has none".to_owned())
        })?;
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if let Some(what) = findings(&recipe, name.as_deref()).into_iter().next() {
            return Err(wrong(what));
        }
        Ok(Self {
            recipe,
            folder: folder.to_owned(),
            tree: task.tree,
            held_out: task.held_out,
            issue: task.issue,
            lock: task.lock,
        })
    }
}

#[derive(Default)]
struct Parts {
    tree: Vec<(String, Vec<u8>)>,
    held_out: Vec<(String, Vec<u8>)>,
    issue: Option<String>,
    lock: Option<(String, Vec<u8>)>,
}

/// All plain files below `folder`, in the order of their paths.
fn walk(
    folder: &Path,
    prefix: &str,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), RecipeError> {
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

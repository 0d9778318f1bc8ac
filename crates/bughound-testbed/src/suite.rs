//! Many tasks: a folder of them, or those that are part of the program.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::task::{RecipeError, Task};

/// The shipped recipes.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/suite");

/// Tasks, and what is no task.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// One per folder, in the order of names.
    pub entries: Vec<SuiteEntry>,
}

/// One folder of a suite.
#[derive(Clone, Debug)]
pub struct SuiteEntry {
    /// The folder's name.
    pub id: String,
    /// What is in it.
    pub task: Result<Task, RecipeError>,
}

impl Suite {
    /// The suite that is part of the program.
    pub fn shipped() -> Self {
        let mut entries: Vec<SuiteEntry> = SHIPPED
            .dirs()
            .filter(|folder| folder.get_file(folder.path().join("task.toml")).is_some())
            .map(|folder| SuiteEntry {
                id: name(folder.path()),
                task: Task::embedded(&SHIPPED, folder),
            })
            .collect();
        entries.sort_by(|one, other| one.id.cmp(&other.id));
        Self { entries }
    }

    /// The tasks in `folder`: its subfolders with a `task.toml`, or itself where it has one. A folder that is no valid
    /// task is an entry, too.
    ///
    /// # Errors
    /// The folder cannot be read, or has no task.
    pub fn read(folder: &Path) -> Result<Self, RecipeError> {
        let wrong = |what: String| RecipeError {
            path: folder.to_owned(),
            what,
        };
        if folder.join("task.toml").is_file() {
            // A name such as `.` is none that a task could have.
            let folder = std::fs::canonicalize(folder)
                .map_err(|error| wrong(format!("cannot be read: {error}")))?;
            return Ok(Self {
                entries: vec![entry(&folder)],
            });
        }
        let listed =
            std::fs::read_dir(folder).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let mut folders: Vec<PathBuf> = listed
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.join("task.toml").is_file())
            .collect();
        folders.sort();
        if folders.is_empty() {
            return Err(wrong(
                "has no task: a task is a folder with a task.toml".to_owned(),
            ));
        }
        Ok(Self {
            entries: folders.iter().map(|folder| entry(folder)).collect(),
        })
    }
}

fn entry(folder: &Path) -> SuiteEntry {
    SuiteEntry {
        id: name(folder),
        task: Task::read(folder),
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

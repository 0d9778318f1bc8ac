//! A folder that says how a project is built and tested: a task's, or a base's, which has neither break nor fix.

use std::path::{Path, PathBuf};

use bughound_maker::Base;
use bughound_testbed::{Recipe, Task};

/// How a project is built and tested, as a folder says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// The recipe.
    pub recipe: Recipe,
    /// The folder; what a recipe's source says is relative to it.
    pub folder: PathBuf,
    /// A lock beside it.
    pub lock: Option<(String, Vec<u8>)>,
    /// The task itself, where the folder is one.
    pub task: Option<Task>,
}

/// Reads a folder with a `task.toml` or a `base.toml`.
///
/// # Errors
/// What is wrong with it.
pub fn environment_in(folder: &Path) -> Result<Environment, String> {
    if folder.join("base.toml").is_file() {
        let base = Base::read(folder).map_err(|error| error.to_string())?;
        let task = Task::with_files(base.recipe, folder, base.files);
        return Ok(Environment {
            recipe: task.recipe,
            folder: folder.to_owned(),
            lock: task.lock,
            task: None,
        });
    }
    // A name such as `.` is none that a task could have.
    let folder = std::fs::canonicalize(folder)
        .map_err(|error| format!("{}: cannot be read: {error}", folder.display()))?;
    let task = Task::read(&folder).map_err(|error| error.to_string())?;
    Ok(environment_of_task(task))
}

/// The environment of a task.
pub fn environment_of_task(task: Task) -> Environment {
    Environment {
        recipe: task.recipe.clone(),
        folder: task.folder.clone(),
        lock: task.lock.clone(),
        task: Some(task),
    }
}

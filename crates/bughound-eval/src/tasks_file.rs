//! The tasks of a file, and which of them are meant.

use std::path::Path;

use bughound_tasks::{Finding, OnMalformed, Task, TaskFilter, read_tasks};
use serde::{Deserialize, Serialize};

use crate::{EvalError, Sha256};

/// A file of tasks that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct TasksFile {
    /// Its name, without folders.
    pub name: String,
    /// Of its bytes.
    pub sha256: Sha256,
    /// Its tasks, in its order.
    pub tasks: Vec<Task>,
    /// What was wrong with its entries.
    pub findings: Vec<Finding>,
    /// How many entries were left out.
    pub skipped: usize,
}

/// Which tasks of a file are meant. The default takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// These alone, by `instance_id`, where any are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// At most so many: the first ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl TasksFile {
    /// Reads a file of tasks ([`read_tasks`]).
    ///
    /// # Errors
    /// As [`read_tasks`]; [`EvalError::NoTasks`].
    pub fn read(path: &Path, on_malformed: OnMalformed) -> Result<Self, EvalError> {
        let set = read_tasks(path, on_malformed)?;
        if set.tasks.is_empty() {
            return Err(EvalError::NoTasks {
                path: path.to_owned(),
            });
        }
        let bytes = std::fs::read(path).map_err(EvalError::io("read", path))?;
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            sha256: Sha256::of(&bytes),
            tasks: set.tasks,
            findings: set.findings,
            skipped: set.skipped,
        })
    }

    /// The selected tasks, in the order of the file.
    ///
    /// # Errors
    /// [`EvalError::UnknownInstances`] where the selection names a task that is not there.
    pub fn select(&self, selection: &Selection) -> Result<Vec<Task>, EvalError> {
        let filter = TaskFilter {
            repos: Vec::new(),
            ids: selection.instances.clone(),
        };
        let unknown = filter.unmatched(&self.tasks);
        if !unknown.is_empty() {
            let names = unknown.into_iter().map(str::to_owned).collect();
            return Err(EvalError::UnknownInstances { names });
        }
        let chosen = self.tasks.iter().filter(|task| filter.takes(task));
        Ok(chosen
            .take(selection.limit.unwrap_or(usize::MAX))
            .cloned()
            .collect())
    }
}

//! Faults that stop a run or a comparison.

use std::path::{Path, PathBuf};

use bughound_metrics::UnknownScorer;
use bughound_tasks::TasksError;
use bughound_trace::TraceError;

use crate::policy::UnknownPolicy;

/// Why a run, a score or a comparison cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file of tasks, predictions or ground truth, or a repository map, cannot be used.
    #[error(transparent)]
    Tasks(#[from] TasksError),
    /// No scorer has this name.
    #[error(transparent)]
    UnknownScorer(#[from] UnknownScorer),
    /// No policy has this name.
    #[error(transparent)]
    UnknownPolicy(#[from] UnknownPolicy),
    /// The file of traces cannot be read or written.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A file of a run folder cannot be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder holds a run with other settings.
    #[error(
        "{out} holds a run with other settings ({}); choose another --out, or start it anew with --force",
        differences.join("; "),
        out = out.display()
    )]
    SettingsDiffer {
        /// The run folder.
        out: PathBuf,
        /// One phrase per setting that differs.
        differences: Vec<String>,
    },
    /// The folder holds something else than a run.
    #[error(
        "{out} is not empty and holds no run of bughound ({reason}); choose another --out, or write into it with \
         --force (files of other names stay)",
        out = out.display()
    )]
    NotARun {
        /// The folder.
        out: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another process is writing to the run folder.
    #[error("another process is working on {out}; wait for it, or choose another --out", out = out.display())]
    Busy {
        /// The run folder.
        out: PathBuf,
    },
    /// Instances were asked for that no task has.
    #[error("no task is called {}", quoted(names))]
    UnknownInstances {
        /// Their names.
        names: Vec<String>,
    },
    /// There is nothing to do.
    #[error("{path} holds no task", path = path.display())]
    NoTasks {
        /// The file of tasks.
        path: PathBuf,
    },
    /// There is nothing to score.
    #[error("{path} holds no prediction", path = path.display())]
    NoPredictions {
        /// The file of predictions.
        path: PathBuf,
    },
    /// The run was asked to stop. What is done is kept.
    #[error("stopped after {done} of {total} tasks; the same command continues from there")]
    Stopped {
        /// Tasks that have an answer, or a finding in its place.
        done: usize,
        /// All tasks.
        total: usize,
    },
    /// Nothing says what is right.
    #[error(
        "nothing says what is right for {}: give --ground-truth FILE, or --tasks FILE with --repos DIR or \
         --repo-map FILE to work it out from the patches of the tasks",
        path.display()
    )]
    NoGroundTruth {
        /// The predictions.
        path: PathBuf,
    },
    /// Threads could not be started.
    #[error("cannot start the workers: {0}")]
    Workers(String),
}

impl EvalError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

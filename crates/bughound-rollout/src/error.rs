//! Faults that stop a run of episodes.

use std::path::{Path, PathBuf};

use bughound_agent::UnknownProtocol;
use bughound_trace::TraceError;

/// Why episodes cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum RolloutError {
    /// The file of traces cannot be read or written.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// No protocol has this name.
    #[error(transparent)]
    UnknownProtocol(#[from] UnknownProtocol),
    /// A file of the folder cannot be read or written.
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
        /// The folder.
        out: PathBuf,
        /// One phrase per setting that differs.
        differences: Vec<String>,
    },
    /// The folder holds something else than a run.
    #[error(
        "{out} is not empty and holds no run of episodes ({reason}); choose another --out, or write into it with \
         --force (files of other names stay)",
        out = out.display()
    )]
    NotARun {
        /// The folder.
        out: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another process is writing to the folder.
    #[error("another process is working on {out}; wait for it, or choose another --out", out = out.display())]
    Busy {
        /// The folder.
        out: PathBuf,
    },
    /// The run was asked to stop. What is done is kept.
    #[error("stopped after {done} of {total} episodes; the same command continues from there")]
    Stopped {
        /// Episodes with a trace.
        done: usize,
        /// All episodes.
        total: usize,
    },
    /// Threads could not be started.
    #[error("cannot start the workers: {0}")]
    Workers(String),
}

impl RolloutError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

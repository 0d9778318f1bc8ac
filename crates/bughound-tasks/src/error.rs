//! Faults that stop the work.

use std::path::{Path, PathBuf};

use crate::Finding;

/// Why a file of tasks, predictions or ground truth, or a repository, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TasksError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The result cannot be written.
    #[error("cannot write the tasks: {0}")]
    Write(#[source] std::io::Error),
    /// An entry of the file is malformed, and the caller did not ask to skip such entries.
    #[error("{path}: {finding}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and at which line.
        finding: Finding,
    },
    /// The file as a whole is not what it should be.
    #[error("{path}: {message}")]
    Format {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl TasksError {
    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn format(path: &Path, message: impl Into<String>) -> Self {
        Self::Format {
            path: path.to_owned(),
            message: message.into(),
        }
    }
}

/// What to do with an entry that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnMalformed {
    /// Stop with an error that names the line.
    Stop,
    /// Leave it out and list it among the findings.
    Skip,
}

//! What keeps a file of traces from being read or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::Trace;

/// Why traces cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A file cannot be opened, read, written or renamed.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// `open`, `read`, `write`, …
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A trace could not be appended. The file holds what it held before.
    #[error(
        "cannot append to {path}: {source}; {state}",
        path = path.display(),
        state = if *restored {
            format!("nothing is lost: the file ends with its last whole trace, at byte {length}")
        } else {
            format!("its last whole trace ends at byte {length}, and what follows is dropped by the next writer")
        }
    )]
    Append {
        /// The file.
        path: PathBuf,
        /// Bytes of whole traces.
        length: u64,
        /// Whether what was written in part could be cut off again.
        restored: bool,
        /// What the system said.
        source: io::Error,
    },
    /// Another process appends to the file.
    #[error("another process is writing to {path}; wait for it, or write to another file", path = path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file holds a trace of a newer shape.
    #[error(
        "{path} was written by {writer} in trace format {found}; this is Bughound {ours}, which reads formats up \
         to {}: a newer Bughound is needed",
        Trace::FORMAT,
        path = path.display(),
        ours = env!("CARGO_PKG_VERSION")
    )]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// The format that it names.
        found: u64,
        /// `Bughound 0.9.0`, or `a newer version` where it does not say.
        writer: String,
    },
    /// The file holds something else.
    #[error("{path} is not a file of traces: {reason}", path = path.display())]
    NotTraces {
        /// The file or folder.
        path: PathBuf,
        /// What is there instead.
        reason: String,
    },
}

impl TraceError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn not_traces(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotTraces {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}

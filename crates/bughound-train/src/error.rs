//! What can go wrong with the system while training. What is odd about tasks is counted, not raised.

use std::io;
use std::path::{Path, PathBuf};

/// Why training could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word for it.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{} is no file of examples as this version writes them: {reason}; collect them again", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is more than can be numbered.
    #[error("more than 2^32 words, documents or pairs; take fewer projects or lower the limits")]
    TooMuch,
    /// The user stopped it.
    #[error("stopped; the same command goes on where it was")]
    Stopped,
    /// Weights do not fit.
    #[error("{0}")]
    Weights(String),
    /// The threads for the work could not be started.
    #[error("cannot start the working threads: {0}")]
    Workers(String),
}

impl TrainError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(crate) fn malformed(path: &Path, reason: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}

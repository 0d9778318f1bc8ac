//! Why values could not be kept.

use std::io;
use std::path::{Path, PathBuf};

/// Why values could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file in it could not be written.
    #[error(
        "cannot write the cache {path}: {source}; free some space, or choose a folder that may be written",
        path = path.display()
    )]
    Write {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    pub(crate) fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Write {
            path: path.to_owned(),
            source,
        }
    }
}

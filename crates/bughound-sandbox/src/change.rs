//! What was changed in a sandbox's tree.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One path that differs from the layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Relative to the root of the merged tree, without `.` and `..`.
    pub path: PathBuf,
    /// What is there now.
    pub what: What,
}

/// What is at a path that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A plain file.
    File {
        /// Its content.
        bytes: Vec<u8>,
        /// Whether its owner may execute it.
        executable: bool,
    },
    /// A folder. Where it stands for a folder of the layers that was removed and made again, a
    /// [`Removed`](Self::Removed) of the same path comes before it.
    Folder,
    /// Nothing: what the layers have here was deleted.
    Removed,
    /// A symbolic link. It is never followed.
    Link {
        /// Where it points, as written.
        target: PathBuf,
    },
    /// A plain file of more bytes than was asked for.
    TooLarge {
        /// How many.
        n_bytes: u64,
    },
    /// A pipe, socket or device, which is never copied.
    Special,
}

/// Which changes are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFilter {
    /// Those at and below this path, relative to the root of the tree; empty for all.
    pub under: PathBuf,
    /// Relative paths (each with all that lies below it) that are left out.
    pub without: Vec<PathBuf>,
    /// Contents of at most this many bytes each; others are [`What::TooLarge`].
    pub file_bytes: u64,
    /// Contents of at most this many bytes together; the files after that are [`What::TooLarge`].
    pub total_bytes: u64,
}

//! What a snapshot lists.

use bughound_core::RepoPath;

use crate::ObjectId;

/// What an entry of a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; its content is the target.
    Symlink,
    /// A commit of another repository; it has no content here.
    Submodule,
}

/// One file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub path: RepoPath,
    /// The id of its content: git's blob id, also for working directories (computed the same way). For a
    /// submodule the commit that is wanted there. [`ObjectId::NULL`] where the content could not be read
    /// while a working directory was listed; a problem says why.
    pub id: ObjectId,
    /// What it is.
    pub kind: EntryKind,
}

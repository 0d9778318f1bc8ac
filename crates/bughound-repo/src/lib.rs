//! What was in the repository at this revision, and what happened before it?
//!
//! A [`Snapshot`] is an immutable listing of files with a way to read them: straight from git's object
//! database at any revision, with no checkout ([`Repo::snapshot`]), or from a working directory
//! ([`Snapshot::worktree`]). [`History`] holds the commits that are ancestors of a revision, and nothing
//! later. This crate knows nothing of languages.

mod changes;
mod content;
mod delta_cache;
mod entry;
mod error;
mod history;
mod lines;
mod listing_cache;
mod object_id;
mod packs;
mod reader;
mod repo;
mod resolve;
mod snapshot;
mod stamp;
mod tree;
mod worktree;

pub use changes::{BlobError, Change, ChangeReader};
pub use entry::{Entry, EntryKind};
pub use error::RepoError;
pub use history::{Commit, History, HistoryOptions};
pub use lines::{Hunk, diff_lines};
pub use object_id::{NotAnObjectId, ObjectId};
pub use reader::{MAX_CONTENT_BYTES, ReadError, Reader};
pub use repo::Repo;
pub use snapshot::Snapshot;

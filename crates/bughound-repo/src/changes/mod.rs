//! Which files differ between two trees.

mod cache;
mod commit;
mod diff;
mod entries;

pub(crate) use cache::TreeCache;
pub(crate) use commit::read_commit;
pub use commit::{BlobError, Change, ChangeReader};
pub(crate) use diff::{TreeDiff, Trouble};

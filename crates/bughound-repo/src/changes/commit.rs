//! What one commit changed, and the contents before and after.

use bughound_core::RepoPath;
use gix::objs::{Find, Kind};

use crate::changes::{TreeCache, TreeDiff, Trouble};
use crate::error::reasons;
use crate::history::RawCommit;
use crate::packs::Objects;
use crate::repo::ObjectDatabase;
use crate::{ObjectId, Repo, RepoError, content};

/// A file that a commit added, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: RepoPath,
    /// Its blob before; `None` where it was added.
    pub old: Option<ObjectId>,
    /// Its blob after; `None` where it was removed. Equal to `old` where only the mode has changed.
    pub new: Option<ObjectId>,
}

/// Reads changes and blobs of many commits, for one thread.
pub struct ChangeReader {
    trees: TreeCache,
}

/// Why a blob cannot be read. A finding, not a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("blob {id}: {message}")]
pub struct BlobError {
    /// The blob.
    pub id: ObjectId,
    /// Why.
    pub message: String,
}

/// What is remembered of trees.
const TREE_BYTES: usize = 16 << 20;

impl ChangeReader {
    pub(crate) fn new(repo: &Repo) -> Self {
        Self {
            trees: TreeCache::new(Objects::single(repo), TREE_BYTES),
        }
    }

    /// What a commit changed against its first parent, sorted by path; everything for a root commit.
    ///
    /// # Errors
    /// [`RepoError::AbsentCommit`], [`RepoError::NotACommit`], or [`RepoError::Object`] where one of the two
    /// trees, or one below them, cannot be read.
    pub fn changes(&mut self, commit: ObjectId) -> Result<Vec<Change>, RepoError> {
        let new = read_commit(self.trees.database(), commit)?;
        let old = match new.parents.first() {
            Some(parent) => Some(read_commit(self.trees.database(), *parent)?.tree),
            None => None,
        };
        let mut changes = Vec::new();
        TreeDiff::new(&mut self.trees)
            .run(old, Some(new.tree), &mut |found| {
                let path = RepoPath::from_git(found.path).0;
                changes.push(Change {
                    path,
                    old: found.old,
                    new: found.new,
                });
            })
            .map_err(|trouble| match trouble {
                Trouble::MissingTree(id) => RepoError::Object {
                    kind: "tree",
                    id,
                    reason: "it is missing or damaged".to_owned(),
                },
                Trouble::TooMany => RepoError::Object {
                    kind: "commit",
                    id: commit,
                    reason: "it changes too many files".to_owned(),
                },
            })?;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// The content of a blob, into `buffer` (cleared first).
    ///
    /// # Errors
    /// [`BlobError`] where the blob is missing, damaged or larger than [`crate::MAX_CONTENT_BYTES`].
    pub fn blob(&mut self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), BlobError> {
        buffer.clear();
        content::read_blob(self.trees.database(), id, buffer)
            .map_err(|message| BlobError { id, message })
    }
}

/// Reads a commit object.
pub(crate) fn read_commit(objects: &ObjectDatabase, id: ObjectId) -> Result<RawCommit, RepoError> {
    let fail = |reason: String| RepoError::Object {
        kind: "commit",
        id,
        reason,
    };
    let mut buffer = Vec::new();
    let data = objects
        .try_find(&id.to_gix(), &mut buffer)
        .map_err(|error| fail(reasons(&error)))?
        .ok_or(RepoError::AbsentCommit { id })?;
    if data.kind != Kind::Commit {
        return Err(RepoError::NotACommit {
            rev: id.to_string(),
            what: format!("a {}", data.kind),
        });
    }
    RawCommit::parse(data.data).ok_or_else(|| fail("its content is damaged".to_owned()))
}

//! Contents of a snapshot's files.

use std::fs;

use bughound_core::RepoPath;

use crate::repo::ObjectDatabase;
use crate::snapshot::Origin;
use crate::worktree::Worktree;
use crate::{Entry, EntryKind, ObjectId, Snapshot, content};

/// Larger contents are listed but not read: 32 MiB. Source code ends far below; data files do not matter
/// here.
pub const MAX_CONTENT_BYTES: u64 = 32 << 20;

/// What a reader remembers of objects that others were stored as differences to.
const DELTA_CACHE_BYTES: usize = 24 << 20;

/// Reads contents for one thread.
pub struct Reader<'a> {
    source: Source<'a>,
    last_id: ObjectId,
}

enum Source<'a> {
    Objects(Box<ObjectDatabase>),
    Worktree(&'a Worktree),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        let source = match snapshot.origin() {
            Origin::Commit { repo, .. } => {
                Source::Objects(Box::new(repo.objects(DELTA_CACHE_BYTES)))
            }
            Origin::Worktree(worktree) => Source::Worktree(worktree),
        };
        Self {
            source,
            last_id: ObjectId::NULL,
        }
    }

    /// The bytes of an entry, into `buffer` (cleared first; after an error its content is of no use).
    ///
    /// In a working directory this is the file as it is now; see [`Reader::last_id`].
    ///
    /// # Errors
    /// [`ReadError`]: a finding about one file, e.g. a blob that the repository does not hold, a submodule,
    /// or content beyond [`MAX_CONTENT_BYTES`].
    pub fn read(&mut self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        buffer.clear();
        self.last_id = ObjectId::NULL;
        let read = match &self.source {
            _ if entry.kind == EntryKind::Submodule => Err(SUBMODULE.to_owned()),
            Source::Objects(objects) => {
                content::read_blob(objects, entry.id, buffer).map(|()| entry.id)
            }
            Source::Worktree(worktree) => read_file(worktree, entry, buffer),
        };
        self.last_id = read.map_err(|message| ReadError {
            path: entry.path.clone(),
            message,
        })?;
        Ok(())
    }

    /// The id of the bytes that the last [`Reader::read`] returned ([`ObjectId::NULL`] after an error). It
    /// differs from the entry's id where a file of a working directory has changed since it was listed:
    /// what is derived from these bytes belongs to this id.
    pub fn last_id(&self) -> ObjectId {
        self.last_id
    }

    /// How many bytes an entry has, without reading them: from the head of the stored object, or from the
    /// file system.
    ///
    /// # Errors
    /// [`ReadError`] where the content is not there.
    pub fn size(&mut self, entry: &Entry) -> Result<u64, ReadError> {
        let size = match &self.source {
            _ if entry.kind == EntryKind::Submodule => Err(SUBMODULE.to_owned()),
            Source::Objects(objects) => content::blob_size(objects, entry.id),
            Source::Worktree(worktree) => fs::symlink_metadata(worktree.file(&entry.path))
                .map(|meta| meta.len())
                .map_err(|e| e.to_string()),
        };
        size.map_err(|message| ReadError {
            path: entry.path.clone(),
            message,
        })
    }
}

/// Why one file could not be read. A finding, not a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ReadError {
    /// The file.
    pub path: RepoPath,
    /// Why.
    pub message: String,
}

const SUBMODULE: &str = "a submodule has no content in this repository";

/// Reads a file or the target of a link as it is now, and computes its id anew: what is cached under an id
/// must have been derived from exactly these bytes.
fn read_file(worktree: &Worktree, entry: &Entry, buffer: &mut Vec<u8>) -> Result<ObjectId, String> {
    let file = worktree.file(&entry.path);
    match entry.kind {
        EntryKind::Symlink => *buffer = content::read_link(&file)?,
        _ => content::read_regular(&file, buffer)?,
    }
    content::blob_id(buffer)
}

//! What was in the repository at this revision, and what happened before it?
//!
//! A [`Snapshot`] is an immutable listing of files with a way to read them: straight from git's object
//! database at any revision, with no checkout ([`Repo::snapshot`]), or from a working directory
//! ([`Snapshot::worktree`]). [`History`] holds the commits that are ancestors of a revision, and nothing
//! later. This crate knows nothing of languages.

use std::path::{Path, PathBuf};

use bughound_core::{Problem, RepoPath};
use bughound_store::Store;

/// A git object id (SHA-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

/// An opened git repository, bare or not. Cheap to clone, usable from any thread.
#[derive(Clone)]
pub struct Repo {
    path: PathBuf,
}

impl Repo {
    /// Opens the repository at `path`: a working directory (its `.git` is found, also from a folder
    /// below), or a bare repository.
    pub fn open(path: &Path) -> Result<Self, RepoError> {
        Ok(Self { path: path.to_owned() })
    }

    /// The git directory.
    pub fn git_dir(&self) -> &Path {
        &self.path
    }

    /// The commit that a revision names (`HEAD`, a branch, a tag, a full or short id, `HEAD~3`).
    pub fn resolve(&self, rev: &str) -> Result<ObjectId, RepoError> {
        Err(RepoError::UnknownRevision { rev: rev.to_owned(), near: Vec::new() })
    }

    /// The tree at a revision.
    pub fn snapshot(&self, rev: &str) -> Result<Snapshot, RepoError> {
        let _ = self.resolve(rev)?;
        Ok(Snapshot { entries: Vec::new(), problems: Vec::new() })
    }
}

/// What an entry of a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; its content is the target.
    Symlink,
    /// A commit of another repository; it has no content here.
    Submodule,
}

/// One file of a snapshot.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where.
    pub path: RepoPath,
    /// The id of its content: git's blob id, also for working directories (computed the same way).
    pub id: ObjectId,
    /// What it is.
    pub kind: EntryKind,
}

/// The files of a repository at one moment, sorted by path (bytes).
pub struct Snapshot {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Snapshot {
    /// A working directory as it is now, `.gitignore` honoured, `.git` left out.
    pub fn worktree(dir: &Path) -> Result<Self, RepoError> {
        let _ = dir;
        Ok(Self { entries: Vec::new(), problems: Vec::new() })
    }

    /// The files, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|e| e.path.as_str().cmp(path)).ok()?;
        Some(&self.entries[at])
    }

    /// The commit, where the snapshot was taken from one.
    pub fn commit(&self) -> Option<ObjectId> {
        None
    }

    /// The commit that history should start from: [`Snapshot::commit`], or `HEAD` for a working
    /// directory inside a repository.
    pub fn history_tip(&self) -> Option<(Repo, ObjectId)> {
        None
    }

    /// A reader for one thread (object databases keep caches per thread).
    pub fn reader(&self) -> Reader<'_> {
        Reader { _snapshot: self }
    }

    /// What was odd about the listing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// Reads contents for one thread.
pub struct Reader<'a> {
    _snapshot: &'a Snapshot,
}

impl Reader<'_> {
    /// The bytes of an entry, into `buffer` (cleared first).
    ///
    /// # Errors
    /// [`ReadError`]: a finding about one file, e.g. a blob that the repository does not hold.
    pub fn read(&mut self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        buffer.clear();
        Err(ReadError { path: entry.path.clone(), message: "not there".to_owned() })
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

/// One commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Committer time, seconds since 1970.
    pub time: i64,
    /// The whole message.
    pub message: Box<str>,
    /// Indices into [`History::paths`] of the files that it changed against its first parent; empty for
    /// merges.
    pub paths: Box<[u32]>,
}

/// The ancestors of a commit, itself included, newest first.
pub struct History {
    commits: Vec<Commit>,
    paths: Vec<RepoPath>,
    problems: Vec<Problem>,
}

impl History {
    /// Reads the ancestors of `tip`. What has been read before is taken from `store`; what is new is
    /// kept there.
    pub fn read(repo: &Repo, tip: ObjectId, store: &Store) -> Result<Self, RepoError> {
        let _ = (repo, tip, store);
        Ok(Self { commits: Vec::new(), paths: Vec::new(), problems: Vec::new() })
    }

    /// The commits, newest first.
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// Every path that any of the commits changed.
    pub fn paths(&self) -> &[RepoPath] {
        &self.paths
    }

    /// What was odd, e.g. a shallow clone whose history ends early.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// Why a repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// There is no repository at the path.
    #[error("{path} is not a git repository")]
    NotARepository {
        /// The path.
        path: PathBuf,
    },
    /// No commit has this name.
    #[error("no commit is called `{rev}`")]
    UnknownRevision {
        /// As it was asked for.
        rev: String,
        /// Branches, tags and short ids that look alike.
        near: Vec<String>,
    },
}

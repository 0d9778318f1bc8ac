//! Commits before a revision.

mod cache;
mod changed;
mod columns;
mod encode;
mod ragged;
mod raw;
mod read;
mod select;
mod walk;

pub(crate) use raw::RawCommit;

use bughound_core::{Problem, RepoPath};
use bughound_store::Store;

use crate::history::ragged::{Ragged, Texts};
use crate::{ObjectId, Repo, RepoError};

/// One commit, borrowed from a [`History`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit<'a> {
    /// Its id.
    pub id: ObjectId,
    /// Committer time, seconds since 1970.
    pub time: i64,
    /// The whole message. Bytes that are neither UTF-8 nor Latin-1 (where the commit says so) are replaced.
    pub message: &'a str,
    /// Indices into [`History::paths`] of the files that it added, changed or removed against its first
    /// parent, ascending (so the paths are sorted). All files for a root commit, none for merges.
    pub paths: &'a [u32],
    /// Number of parents: 0 for a root, 2 or more for a merge.
    pub n_parents: usize,
}

/// The ancestors of a commit, itself included, newest first.
///
/// "Newest first" is by committer time, where a commit whose clock ran behind its parents' counts as one
/// second younger than the youngest of them (git calls that the corrected committer date); equal times are
/// ordered by id. So a commit never comes before one of its descendants, and the order of two commits is the
/// same in every history that has both.
#[derive(Clone, Debug, Default)]
pub struct History {
    ids: Vec<ObjectId>,
    times: Vec<i64>,
    n_parents: Vec<u32>,
    messages: Texts,
    changed: Ragged,
    paths: Vec<RepoPath>,
    problems: Vec<Problem>,
}

/// What to read of a history.
#[derive(Clone, Copy, Default)]
pub struct HistoryOptions<'a> {
    /// At most so many commits; all where it is `None`. The newest are taken by a walk that goes on from the
    /// youngest commit that it has met, by committer time, as `git log` does. A limited history is never
    /// cached.
    pub limit: Option<usize>,
    /// Called now and then while commits are read that were not cached, with the number of commits whose
    /// changes have been read, and the number of those found so far.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl History {
    /// Reads the ancestors of `tip`. What has been read before is taken from `store`; what is new is
    /// kept there.
    ///
    /// # Errors
    /// [`RepoError::AbsentCommit`], [`RepoError::NotACommit`] or [`RepoError::Object`] for `tip` itself. What
    /// is missing further down, or cannot be kept in the store, is a problem of the history.
    pub fn read(repo: &Repo, tip: ObjectId, store: &Store) -> Result<Self, RepoError> {
        Self::read_with(repo, tip, store, HistoryOptions::default())
    }

    /// As [`History::read`], with a limit or progress.
    ///
    /// # Errors
    /// As [`History::read`].
    pub fn read_with(
        repo: &Repo,
        tip: ObjectId,
        store: &Store,
        options: HistoryOptions<'_>,
    ) -> Result<Self, RepoError> {
        read::read(repo, tip, store, options)
    }

    /// Number of commits.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The commit at a position, 0 being the newest.
    ///
    /// # Panics
    /// Where `at` is not below [`History::len`].
    pub fn commit(&self, at: usize) -> Commit<'_> {
        Commit {
            id: self.ids[at],
            time: self.times[at],
            message: self.messages.get(at),
            paths: self.changed.get(at),
            n_parents: self.n_parents[at] as usize,
        }
    }

    /// The commits, newest first.
    pub fn commits(&self) -> impl ExactSizeIterator<Item = Commit<'_>> + DoubleEndedIterator {
        (0..self.len()).map(|at| self.commit(at))
    }

    /// Every path that any of the commits changed, sorted.
    pub fn paths(&self) -> &[RepoPath] {
        &self.paths
    }

    /// What was odd, e.g. a shallow clone whose history ends early.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

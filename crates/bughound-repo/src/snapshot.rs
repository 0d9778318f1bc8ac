//! The files of a repository at one moment.

use std::path::Path;

use bughound_core::Problem;

use crate::changes::read_commit;
use crate::reader::Reader;
use crate::worktree::{self, Worktree};
use crate::{Entry, ObjectId, Repo, RepoError, tree};

/// The files of a repository at one moment, sorted by path (bytes). Listing is all that has been done:
/// contents are read on demand, by a [`Reader`] per thread.
#[derive(Debug)]
pub struct Snapshot {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    origin: Origin,
}

/// Where contents come from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// The object database.
    Commit { repo: Repo, commit: ObjectId },
    /// The file system.
    Worktree(Worktree),
}

impl Snapshot {
    /// The tree of a commit.
    ///
    /// Folders whose tree object is missing or damaged are left out, with a problem.
    ///
    /// # Errors
    /// [`RepoError::Object`] where the commit or its root tree cannot be read.
    pub fn at_commit(repo: &Repo, commit: ObjectId) -> Result<Self, RepoError> {
        let objects = repo.objects(TREE_CACHE_BYTES);
        let root = read_commit(&objects, commit)?.tree;
        let (entries, problems) = tree::list(&objects, root)?;
        Ok(Self {
            entries,
            problems,
            origin: Origin::Commit {
                repo: repo.clone(),
                commit,
            },
        })
    }

    /// A working directory as it is now, `.gitignore` honoured, `.git` left out. It need not belong to a
    /// repository; where it does, it may be a folder below the root.
    ///
    /// Hidden files are listed, symbolic links are not followed, a folder that is a repository of its own
    /// is listed as a submodule. Every file is read once to compute its id.
    ///
    /// # Errors
    /// [`RepoError::Worktree`] where the folder itself cannot be listed.
    pub fn worktree(dir: &Path) -> Result<Self, RepoError> {
        let (entries, problems, worktree) = worktree::list(dir)?;
        Ok(Self {
            entries,
            problems,
            origin: Origin::Worktree(worktree),
        })
    }

    /// The files, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
            .ok()?;
        Some(&self.entries[at])
    }

    /// The commit, where the snapshot was taken from one.
    pub fn commit(&self) -> Option<ObjectId> {
        match &self.origin {
            Origin::Commit { commit, .. } => Some(*commit),
            Origin::Worktree(_) => None,
        }
    }

    /// The commit that history should start from: [`Snapshot::commit`], or `HEAD` for a working
    /// directory inside a repository. `None` outside of one, or before its first commit.
    pub fn history_tip(&self) -> Option<(Repo, ObjectId)> {
        match &self.origin {
            Origin::Commit { repo, commit } => Some((repo.clone(), *commit)),
            Origin::Worktree(worktree) => worktree.tip.clone(),
        }
    }

    /// A reader for one thread (object databases keep caches per thread).
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(self)
    }

    /// What was odd about the listing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Enough for the trees of one commit of the largest projects.
const TREE_CACHE_BYTES: usize = 16 << 20;

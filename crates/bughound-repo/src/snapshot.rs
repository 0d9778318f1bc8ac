//! The files of a repository at one moment.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bughound_core::Problem;
use bughound_store::Store;

use crate::changes::read_commit;
use crate::listing_cache::ListingCache;
use crate::reader::Reader;
use crate::worktree::{self, Earlier, Worktree};
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
        Ok(Self::listed(worktree::list(dir, None, None)?))
    }

    /// As [`Snapshot::worktree`], for whoever lists the same folder again and again: files whose size, times
    /// and inode show that they have not changed since `earlier` are not read. `now` is the time by the clock;
    /// files that had changed within seconds of it are read again the next time.
    ///
    /// # Errors
    /// As [`Snapshot::worktree`].
    pub fn worktree_since(
        dir: &Path,
        earlier: Option<&Self>,
        now: SystemTime,
    ) -> Result<Self, RepoError> {
        let earlier = earlier.and_then(|earlier| match &earlier.origin {
            Origin::Worktree(worktree) => Some(Earlier {
                entries: &earlier.entries,
                stamps: &worktree.stamps,
            }),
            Origin::Commit { .. } => None,
        });
        Ok(Self::listed(worktree::list(dir, earlier, Some(now))?))
    }

    /// As [`Snapshot::worktree_since`], where the earlier listing is the one that `store` holds; a listing that
    /// is worth it is kept there.
    ///
    /// # Errors
    /// As [`Snapshot::worktree`]. That the store cannot be written is none.
    pub fn worktree_cached(dir: &Path, store: &Store, now: SystemTime) -> Result<Self, RepoError> {
        let cache = ListingCache::open(dir, store);
        let known = cache.load();
        let earlier = known
            .as_ref()
            .map(|(entries, stamps)| Earlier { entries, stamps });
        let (entries, problems, worktree) = worktree::list(dir, earlier, Some(now))?;
        if is_worth_keeping(worktree.n_read, entries.len()) {
            cache.keep(&entries, &worktree.stamps);
        }
        Ok(Self::listed((entries, problems, worktree)))
    }

    fn listed((entries, problems, worktree): (Vec<Entry>, Vec<Problem>, Worktree)) -> Self {
        Self {
            entries,
            problems,
            origin: Origin::Worktree(worktree),
        }
    }

    /// The folders of a working directory in which files were looked for (those that are ignored are not
    /// among them), sorted; for whoever wants to watch them. Empty for a commit.
    pub fn folders(&self) -> &[PathBuf] {
        match &self.origin {
            Origin::Commit { .. } => &[],
            Origin::Worktree(worktree) => &worktree.folders,
        }
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

/// Whether so many files were read that the next listing would rather not. To keep a listing takes as long as
/// to read some files, and is done for each change of a few otherwise.
fn is_worth_keeping(n_read: usize, n_entries: usize) -> bool {
    n_read > 0 && n_read * 20 >= n_entries
}

/// Enough for the trees of one commit of the largest projects.
const TREE_CACHE_BYTES: usize = 16 << 20;

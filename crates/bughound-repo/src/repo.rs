//! A git repository, opened to be read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::odb::store::Handle;

use crate::delta_cache::DeltaCache;
use crate::error::reasons;
use crate::{Change, ChangeReader, MAX_CONTENT_BYTES, ObjectId, RepoError, Snapshot, resolve};

/// An object database for one thread.
pub(crate) type ObjectDatabase = gix::odb::Cache<Handle<Arc<gix::odb::Store>>>;

/// An opened git repository, bare or not. Cheap to clone, usable from any thread.
///
/// Only what lies in the repository counts: the user's and the system's git configuration, `GIT_*`
/// variables and replacement refs (`git replace`) are not looked at. A repository that somebody else owns
/// can be read; nothing in it is ever run or written.
#[derive(Clone)]
pub struct Repo {
    shared: Arc<gix::ThreadSafeRepository>,
}

impl Repo {
    /// Opens the repository at `path`: a working directory (its `.git` is found, also from a folder
    /// below), a linked worktree or submodule (`.git` is a file there), a `.git` folder, or a bare
    /// repository.
    ///
    /// # Errors
    /// [`RepoError::NotARepository`] or [`RepoError::Open`].
    pub fn open(path: &Path) -> Result<Self, RepoError> {
        let absent = || RepoError::NotARepository {
            path: path.to_owned(),
        };
        let start = path.canonicalize().map_err(|_| absent())?;
        let Some(place) = start.ancestors().find(|folder| is_repository(folder)) else {
            let damaged = start
                .ancestors()
                .find(|folder| folder.join(".git").exists())
                .ok_or_else(absent)?;
            let reason = format!("{} is empty or damaged", damaged.join(".git").display());
            return Err(RepoError::Open {
                path: path.to_owned(),
                reason,
            });
        };
        let shared = gix::ThreadSafeRepository::open_opts(place, options()).map_err(|error| {
            RepoError::Open {
                path: path.to_owned(),
                reason: reasons(&error),
            }
        })?;
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The git directory. For a linked worktree its own one, below `worktrees/` of the common one.
    pub fn git_dir(&self) -> &Path {
        self.shared.git_dir()
    }

    /// The folder that holds objects and refs: [`Repo::git_dir`], but for linked worktrees the one that
    /// they share.
    pub fn common_dir(&self) -> PathBuf {
        self.local().common_dir().to_owned()
    }

    /// The root of the working directory; `None` for a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.shared.work_dir()
    }

    /// Whether the clone is shallow: its history ends early.
    pub fn is_shallow(&self) -> bool {
        self.local().is_shallow().unwrap_or(false)
    }

    /// The commit that a revision names (`HEAD`, a branch, a tag, a full or short id, `HEAD~3`).
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`] with near names, [`RepoError::AbsentCommit`],
    /// [`RepoError::AmbiguousRevision`], [`RepoError::NotACommit`] or [`RepoError::NoCommits`].
    pub fn resolve(&self, rev: &str) -> Result<ObjectId, RepoError> {
        resolve::resolve(&self.local(), rev)
    }

    /// The tree at a revision.
    ///
    /// # Errors
    /// As [`Repo::resolve`], and [`RepoError::Object`] where the commit or its root tree cannot be read.
    pub fn snapshot(&self, rev: &str) -> Result<Snapshot, RepoError> {
        Snapshot::at_commit(self, self.resolve(rev)?)
    }

    /// What a commit changed against its first parent, sorted by path; everything for a root commit. For
    /// many commits, use one [`Repo::change_reader`].
    ///
    /// # Errors
    /// As [`ChangeReader::changes`].
    pub fn commit_changes(&self, commit: ObjectId) -> Result<Vec<Change>, RepoError> {
        self.change_reader().changes(commit)
    }

    /// A reader of changes and blobs for one thread.
    pub fn change_reader(&self) -> ChangeReader {
        ChangeReader::new(self)
    }

    /// The same repository with a mapping of its packs of its own, for work that touches most of them and
    /// should not leave them in this process's memory.
    pub(crate) fn reopened(&self) -> Self {
        let options = options().open_path_as_is(true);
        match gix::ThreadSafeRepository::open_opts(self.git_dir(), options) {
            Ok(shared) => Self {
                shared: Arc::new(shared),
            },
            Err(_) => self.clone(),
        }
    }

    /// A handle for one thread.
    pub(crate) fn local(&self) -> gix::Repository {
        self.shared.to_thread_local()
    }

    /// The folders of objects: the repository's own, and those that it borrows from.
    pub(crate) fn object_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.shared.objects_dir().to_owned()];
        folders.extend(self.shared.objects.alternate_db_paths().unwrap_or_default());
        folders
    }

    /// An object database for one thread, that remembers up to `delta_cache_bytes` of the objects that
    /// others were stored as differences to.
    pub(crate) fn objects(&self, delta_cache_bytes: usize) -> ObjectDatabase {
        let mut objects = self.shared.objects.to_cache();
        objects.ignore_replacements = true;
        objects.set_pack_cache(move || Box::new(DeltaCache::new(delta_cache_bytes)));
        objects
    }
}

impl std::fmt::Debug for Repo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repo").field(&self.git_dir()).finish()
    }
}

/// Whether a repository lies exactly here, as a `.git` or as a git directory.
fn is_repository(folder: &Path) -> bool {
    gix::discover::is_git(&folder.join(".git")).is_ok() || gix::discover::is_git(folder).is_ok()
}

/// Nothing counts but what lies in the repository.
fn options() -> gix::open::Options {
    // Damaged or hostile objects must not ask for all memory. Resolving a difference needs room for the
    // object twice and for the differences.
    let limit = format!("gitoxide.objects.allocLimit={}", 4 * MAX_CONTENT_BYTES);
    gix::open::Options::isolated()
        .with(gix::sec::Trust::Full)
        .strict_config(false)
        .config_overrides(["core.useReplaceRefs=false".to_owned(), limit])
}

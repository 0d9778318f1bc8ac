//! What is served, and with what.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bughound_core::Severity;
use bughound_repo::{ObjectId, Repo};
use bughound_store::Store;

/// Which files are served.
#[derive(Clone, Debug)]
pub enum Files {
    /// Those of the working directory with this root, as they are at each call.
    Worktree(PathBuf),
    /// Those of a commit; they never change.
    Commit {
        /// Where the commit is.
        repo: Repo,
        /// The commit.
        commit: ObjectId,
    },
}

impl Files {
    /// The root of the working directory, or the git directory of a bare repository.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Worktree(root) => root,
            Self::Commit { repo, .. } => repo.work_dir().unwrap_or_else(|| repo.git_dir()),
        }
    }
}

/// Takes what a person should know beside the protocol.
pub type Tell = Arc<dyn Fn(Severity, &str) + Send + Sync>;

/// What is served, and with what.
#[derive(Clone)]
pub struct Options {
    /// Which files.
    pub files: Files,
    /// The cache.
    pub store: Store,
    /// Whether the past is looked at.
    pub history: bool,
    /// A folder of the machine's own, not on the network, in which a small folder may be made for as long
    /// as serving lasts: it tells whether all changes that were made before a call have been announced.
    /// Without it, an answer may miss a change that was made milliseconds before the call.
    pub scratch: Option<PathBuf>,
    /// The time by the clock. It never changes an answer: it only tells which files changed so lately that
    /// they must be read again.
    pub now: fn() -> SystemTime,
    /// Takes notes and warnings.
    pub tell: Tell,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("files", &self.files)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

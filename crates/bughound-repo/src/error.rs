//! Why a repository cannot be used. Each message ends with what to do about it.

use std::path::PathBuf;

use crate::ObjectId;

/// Why a repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// There is no repository at the path.
    #[error(
        "{path} is not a git repository: give a working directory, a folder below one, or a bare clone",
        path = path.display()
    )]
    NotARepository {
        /// The path.
        path: PathBuf,
    },
    /// There is a repository, but it cannot be read.
    #[error(
        "cannot open the repository {path}: {reason}; only intact repositories with SHA-1 ids can be read \
         (`git fsck` there may tell more)",
        path = path.display()
    )]
    Open {
        /// The path.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// No commit has this name.
    #[error("no commit is called `{rev}`{}", did_you_mean(near))]
    UnknownRevision {
        /// As it was asked for.
        rev: String,
        /// Branches, tags and short ids that look alike, nearest first.
        near: Vec<String>,
    },
    /// A full commit id, well formed, which is not in the repository.
    #[error(
        "the commit {id} is not in this repository: fetch it (`git fetch origin {id}`), or use a fuller clone or \
         the fork that holds it"
    )]
    AbsentCommit {
        /// The id.
        id: ObjectId,
    },
    /// A short id that several objects share.
    #[error("the short id `{rev}` is ambiguous: give more digits of one of {}", candidates.join(", "))]
    AmbiguousRevision {
        /// As it was asked for.
        rev: String,
        /// The objects that it may mean, each with its kind.
        candidates: Vec<String>,
    },
    /// The revision names something else than a commit.
    #[error("`{rev}` names {what}, not a commit: give a branch, a tag or a commit id")]
    NotACommit {
        /// As it was asked for.
        rev: String,
        /// What it names.
        what: String,
    },
    /// There is no commit at all yet.
    #[error(
        "the repository has no commit yet (`{rev}` is unborn): commit something, or name another revision"
    )]
    NoCommits {
        /// As it was asked for.
        rev: String,
    },
    /// A commit or its root tree is not there or cannot be decoded.
    #[error(
        "the {kind} {id} cannot be read: {reason}; the clone is partial or damaged: run `git fsck`, or fetch again \
         without `--filter=tree:0`"
    )]
    Object {
        /// `commit` or `tree`.
        kind: &'static str,
        /// Its id.
        id: ObjectId,
        /// What was wrong.
        reason: String,
    },
    /// A working directory cannot be listed.
    #[error("cannot list the folder {path}: {reason}; check that it exists and may be read", path = path.display())]
    Worktree {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return ": give a branch, a tag or a commit id (`git branch -a`, `git tag`), or fetch what is missing".into();
    }
    let names: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(", "))
}

/// All that a git error says, outermost first.
pub(crate) fn reasons(error: &gix::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in error.iter_errors() {
        let text = cause.to_string();
        if !text.is_empty() && !texts.iter().any(|seen| seen.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

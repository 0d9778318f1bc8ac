//! The repositories of tasks.

use std::collections::BTreeMap;

use bughound_repo::{Repo, RepoError};
use bughound_tasks::{RepoMap, Task};
use serde::{Deserialize, Serialize};

/// What kind of reason keeps a task from being worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// There is no local repository for the task's project. The task counts 0.
    RepositoryMissing,
    /// The repository does not hold the base commit. The task counts 0.
    CommitMissing,
    /// The issue has no text. The task counts 0.
    EmptyIssue,
    /// Something broke that says nothing about the task: a repository that cannot be read, a server that does
    /// not answer, a crash. The task is left out of all sums, and is tried again when the run is continued.
    Fault,
}

impl ErrorKind {
    /// The word for it in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::RepositoryMissing => "repository-missing",
            Self::CommitMissing => "commit-missing",
            Self::EmptyIssue => "empty-issue",
            Self::Fault => "fault",
        }
    }
}

/// Why a task cannot be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What kind of reason.
    pub kind: ErrorKind,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl Obstacle {
    /// An obstacle.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What an error of a repository means for a task.
    pub(crate) fn of(error: &RepoError, message: String) -> Self {
        let kind = match error {
            RepoError::NotARepository { .. } => ErrorKind::RepositoryMissing,
            RepoError::UnknownRevision { .. }
            | RepoError::AbsentCommit { .. }
            | RepoError::AmbiguousRevision { .. }
            | RepoError::NotACommit { .. }
            | RepoError::NoCommits { .. } => ErrorKind::CommitMissing,
            _ => ErrorKind::Fault,
        };
        Self { kind, message }
    }
}

/// The repositories of some tasks, opened once each; or why there is none.
pub type Repos<'t> = BTreeMap<&'t str, Result<Repo, Obstacle>>;

/// Opens the repositories of tasks.
pub fn open_repos<'t>(tasks: &'t [Task], map: &RepoMap) -> Repos<'t> {
    let mut repos = Repos::new();
    for task in tasks {
        repos.entry(&task.repo).or_insert_with(|| {
            let path = map
                .find(&task.repo)
                .map_err(|error| Obstacle::new(ErrorKind::RepositoryMissing, error.to_string()))?;
            Repo::open(&path).map_err(|error| Obstacle::of(&error, error.to_string()))
        });
    }
    repos
}

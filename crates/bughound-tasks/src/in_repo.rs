//! Ground truth from a repository.

use bughound_repo::{Repo, RepoError, Snapshot};

use crate::{Finding, GroundTruth, PreImage, Task, ground_truth};

/// [`ground_truth`] of a task, its files read from a repository at the base commit.
///
/// # Errors
/// [`RepoError`] where the repository has no such commit or cannot be read.
pub fn ground_truth_in(task: &Task, repo: &Repo) -> Result<(GroundTruth, Vec<Finding>), RepoError> {
    let snapshot = repo.snapshot(&task.base_commit)?;
    Ok(ground_truth_at(task, &snapshot))
}

/// [`ground_truth`] of a task, its files read from a snapshot of the base commit.
pub fn ground_truth_at(task: &Task, snapshot: &Snapshot) -> (GroundTruth, Vec<Finding>) {
    let mut reader = snapshot.reader();
    let mut buffer = Vec::new();
    ground_truth(task, &mut |path| {
        let Some(entry) = snapshot.entry(path) else {
            return PreImage::Absent;
        };
        match reader.read(entry, &mut buffer) {
            Ok(()) => PreImage::Text(String::from_utf8_lossy(&buffer).into_owned()),
            Err(error) => PreImage::Unreadable(error.message),
        }
    })
}

//! Do the tasks fit the repositories at hand?

use std::collections::BTreeMap;

use bughound_repo::{Repo, RepoError};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Finding, FindingKind, GroundTruth, RepoMap, Task, ground_truth_in};

/// What was found out about one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCheck {
    /// Its `instance_id`.
    pub instance_id: String,
    /// What is to be found; `None` where the repository or the commit is missing.
    pub ground_truth: Option<GroundTruth>,
    /// What is wrong; empty where the task can be used as it is.
    pub findings: Vec<Finding>,
}

/// Checks every task: its repository is there and holds the base commit, the patch fits the files of that
/// commit, it edits something that was there, and the issue has text. Tasks are checked in parallel;
/// `done` is called once per task, from any thread. The result has the order of `tasks`.
pub fn check_tasks(tasks: &[Task], repos: &RepoMap, done: &(dyn Fn() + Sync)) -> Vec<TaskCheck> {
    let mut opened: BTreeMap<&str, Result<Repo, String>> = BTreeMap::new();
    for task in tasks {
        opened.entry(&task.repo).or_insert_with(|| {
            let path = repos.find(&task.repo).map_err(|error| error.message)?;
            Repo::open(&path).map_err(|error| error.to_string())
        });
    }
    tasks
        .par_iter()
        .map(|task| {
            let check = match opened.get(task.repo.as_str()) {
                Some(Ok(repo)) => check_task(task, repo),
                Some(Err(message)) => without_repository(task, message),
                None => without_repository(task, "not looked for"),
            };
            done();
            check
        })
        .collect()
}

/// Checks one task against its repository.
pub fn check_task(task: &Task, repo: &Repo) -> TaskCheck {
    let mut findings = Vec::from_iter(empty_issue(task));
    let ground_truth = match ground_truth_in(task, repo) {
        Ok((ground_truth, more)) => {
            findings.extend(more);
            Some(ground_truth)
        }
        Err(error) => {
            let kind = match error {
                RepoError::UnknownRevision { .. }
                | RepoError::AbsentCommit { .. }
                | RepoError::AmbiguousRevision { .. }
                | RepoError::NotACommit { .. }
                | RepoError::NoCommits { .. } => FindingKind::CommitMissing,
                _ => FindingKind::RepositoryMissing,
            };
            let message = format!("{} in {}: {error}", task.repo, repo.git_dir().display());
            findings.push(Finding::new(kind, message).of_task(&task.instance_id));
            None
        }
    };
    TaskCheck {
        instance_id: task.instance_id.clone(),
        ground_truth,
        findings,
    }
}

fn without_repository(task: &Task, message: &str) -> TaskCheck {
    let mut findings = Vec::from_iter(empty_issue(task));
    let finding = Finding::new(FindingKind::RepositoryMissing, message);
    findings.push(finding.of_task(&task.instance_id));
    TaskCheck {
        instance_id: task.instance_id.clone(),
        ground_truth: None,
        findings,
    }
}

fn empty_issue(task: &Task) -> Option<Finding> {
    let finding = || Finding::new(FindingKind::EmptyIssue, "the issue has no text");
    task.problem_statement
        .trim()
        .is_empty()
        .then(|| finding().of_task(&task.instance_id))
}

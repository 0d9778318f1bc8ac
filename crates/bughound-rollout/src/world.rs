//! A task's repository at its base commit, ready to be searched.

use std::sync::Arc;

use bughound_index::{HistoryIndex, Index};
use bughound_repo::{History, RepoError, Snapshot};
use bughound_store::Store;
use bughound_tasks::Task;

use crate::{ErrorKind, Obstacle, Repos};

/// A task's repository at its base commit. What came later is not in it.
pub struct World {
    /// Its files.
    pub snapshot: Arc<Snapshot>,
    /// Where everything is.
    pub index: Arc<Index>,
    /// What happened before, where that was asked for.
    pub history: Option<Arc<HistoryIndex>>,
}

/// Opens a task's repository at its base commit and indexes it. `on_stage` is told when `snapshot`, `index` and
/// `history` begin.
///
/// # Errors
/// An [`Obstacle`]: no repository, no such commit, an issue without text, or a fault.
pub fn open_world(
    task: &Task,
    repos: &Repos<'_>,
    store: &Store,
    wants_history: bool,
    on_stage: &dyn Fn(&'static str),
) -> Result<World, Obstacle> {
    let repo = match repos.get(task.repo.as_str()) {
        Some(Ok(repo)) => repo,
        Some(Err(obstacle)) => return Err(obstacle.clone()),
        None => {
            return Err(Obstacle::new(
                ErrorKind::Fault,
                "its repository was not looked for",
            ));
        }
    };
    if task.problem_statement.trim().is_empty() {
        return Err(Obstacle::new(
            ErrorKind::EmptyIssue,
            "the issue has no text",
        ));
    }
    let failed = |error: RepoError| Obstacle::of(&error, format!("{}: {error}", task.repo));
    on_stage("snapshot");
    let snapshot = Arc::new(repo.snapshot(&task.base_commit).map_err(failed)?);
    on_stage("index");
    let (index, _) = Index::build(Arc::clone(&snapshot), store);
    let history = match snapshot.commit() {
        Some(commit) if wants_history => {
            on_stage("history");
            let history = History::read(repo, commit, store).map_err(failed)?;
            Some(Arc::new(HistoryIndex::build(&history, &index, store)))
        }
        _ => None,
    };
    Ok(World {
        snapshot,
        index: Arc::new(index),
        history,
    })
}

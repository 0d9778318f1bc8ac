//! From tasks to worlds.

use std::collections::{BTreeMap, BTreeSet};

use bughound_hound::{Context, navigate};
use bughound_rollout::{Obstacle, Repos, open_world};
use bughound_store::Store;
use bughound_tasks::{Task, ground_truth_at};

use super::stored::{StoredWorld, WorldFolder};
use crate::collect::collect;
use crate::{CollectRequest, CollectSummary, TrainError};

/// Collects the worlds of tasks whose fix changes a function or class that was there.
///
/// # Errors
/// [`TrainError::Stopped`] where the watch says so; where worlds cannot be written. Tasks that cannot be worked on
/// are counted.
pub fn collect_worlds(
    request: &CollectRequest<'_>,
    out: &WorldFolder,
) -> Result<CollectSummary, TrainError> {
    collect(request, out, world_of)
}

/// The world of one task; `None` where the fix changes nothing that was there.
fn world_of(
    task: &Task,
    repos: &Repos<'_>,
    store: &Store,
) -> Result<Option<StoredWorld>, Obstacle> {
    let opened = open_world(task, repos, store, true, &|_| {})?;
    let (truth, _) = ground_truth_at(task, &opened.snapshot);
    let gold: BTreeSet<String> = truth.truth().locations.into_iter().collect();
    if gold.is_empty() {
        return Ok(None);
    }
    let index = opened.index.as_ref();
    let context = Context {
        history: opened.history.as_deref(),
        ..Context::default()
    };
    let begun = navigate::begin(index, &task.problem_statement, &context);
    let is_gold = begun
        .symbols
        .iter()
        .map(|&symbol| gold.contains(&index.symbol(symbol).id().to_string()))
        .collect();
    Ok(Some(StoredWorld {
        instance_id: task.instance_id.clone(),
        repo: task.repo.clone(),
        world: begun.world,
        is_gold,
        n_gold: gold.len(),
    }))
}

/// Projects, each with its worlds, in the order of their names.
pub(super) fn by_project(worlds: &[StoredWorld]) -> BTreeMap<&str, Vec<&StoredWorld>> {
    let mut projects: BTreeMap<&str, Vec<&StoredWorld>> = BTreeMap::new();
    for world in worlds {
        projects.entry(&world.repo).or_default().push(world);
    }
    projects
}

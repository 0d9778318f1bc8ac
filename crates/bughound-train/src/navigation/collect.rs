//! From tasks to worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bughound_hound::{Context, navigate};
use bughound_rollout::{Repos, open_repos, open_world};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task, ground_truth_at};

use super::stored::{StoredWorld, WorldFolder};
use crate::collect::choose_tasks;
use crate::{CollectSummary, TrainError, Watch};

/// What is collected, and how.
pub struct CollectWorlds<'a> {
    /// The tasks.
    pub tasks: &'a [Task],
    /// Where their repositories lie.
    pub repos: &'a RepoMap,
    /// The cache.
    pub store: &'a Store,
    /// Where the worlds go.
    pub out: &'a WorldFolder,
    /// The most tasks of one project, chosen by a hash of their ids; all where it is 0.
    pub max_per_project: usize,
    /// Projects worked on at the same time.
    pub jobs: std::num::NonZeroUsize,
    /// Who is told how far it is.
    pub watch: &'a dyn Watch,
}

/// Collects worlds. A project's file is written when all of its tasks are done; projects that have one are left
/// alone, so that an interrupted collection goes on where it was.
///
/// # Errors
/// [`TrainError::Stopped`] where the watch says so; where worlds cannot be written. Tasks that cannot be worked on
/// are counted.
pub fn collect_worlds(request: &CollectWorlds<'_>) -> Result<CollectSummary, TrainError> {
    let repos = open_repos(request.tasks, request.repos);
    let mut summary = CollectSummary::default();
    let mut projects: Vec<(&str, Vec<&Task>)> = Vec::new();
    for (repo, tasks) in choose_tasks(request.tasks, request.max_per_project) {
        if request.out.has(repo) {
            summary.n_projects_before += 1;
        } else {
            projects.push((repo, tasks));
        }
    }
    projects.sort_by_key(|(_, tasks)| std::cmp::Reverse(tasks.len()));
    let next = AtomicUsize::new(0);
    let summary = Mutex::new(summary);
    let fault: Mutex<Option<TrainError>> = Mutex::new(None);
    let work = || -> Result<(), TrainError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| TrainError::Workers(error.to_string()))?;
        while let Some((repo, tasks)) = projects.get(next.fetch_add(1, Ordering::Relaxed)) {
            pool.install(|| project(request, repo, tasks, &repos, &summary))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        for _ in 0..request.jobs.get().min(projects.len()) {
            scope.spawn(|| {
                if let Err(error) = work() {
                    let mut fault = fault.lock().unwrap_or_else(PoisonError::into_inner);
                    fault.get_or_insert(error);
                }
            });
        }
    });
    match fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(summary.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

fn project(
    request: &CollectWorlds<'_>,
    repo: &str,
    tasks: &[&Task],
    repos: &Repos<'_>,
    summary: &Mutex<CollectSummary>,
) -> Result<(), TrainError> {
    let mut worlds: Vec<StoredWorld> = Vec::new();
    for task in tasks {
        if request.watch.should_stop() {
            return Err(TrainError::Stopped);
        }
        let outcome = world_of(task, repos, request.store);
        request.watch.step();
        let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(Some(world)) => worlds.push(world),
            Ok(None) => summary.n_without_answer += 1,
            Err(obstacle) => {
                let entry = summary.obstacles.entry(obstacle.kind.name());
                entry.or_insert((0, obstacle.message)).0 += 1;
            }
        }
    }
    request.out.write(repo, &worlds)?;
    let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
    summary.n_examples += worlds.len();
    Ok(())
}

/// The world of one task; `None` where the fix changes nothing that was there.
fn world_of(
    task: &Task,
    repos: &Repos<'_>,
    store: &Store,
) -> Result<Option<StoredWorld>, bughound_rollout::Obstacle> {
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

//! From tasks to what is learnt from: each task's repository is opened at its base commit, what a model reads is
//! computed as for any question, and what the fix changes is marked. One driver for everything that is collected.

mod examples;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bughound_rollout::{ErrorKind, Obstacle, Repos, open_repos};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};

use crate::TrainError;

pub use examples::collect_examples;

/// What is collected from, and how.
pub struct CollectRequest<'a> {
    /// The tasks.
    pub tasks: &'a [Task],
    /// Where their repositories lie.
    pub repos: &'a RepoMap,
    /// The cache.
    pub store: &'a Store,
    /// The most tasks of one project, chosen by a hash of their ids; all where it is 0.
    pub max_per_project: usize,
    /// Projects worked on at the same time.
    pub jobs: NonZeroUsize,
    /// Who is told how far it is.
    pub watch: &'a dyn Watch,
}

/// Who is told how far a collection is. Called from several threads.
pub trait Watch: Sync {
    /// One more task is done.
    fn step(&self) {}

    /// Asked between tasks.
    fn should_stop(&self) -> bool {
        false
    }
}

/// A folder with a file for each project.
pub trait ByProject<T>: Sync {
    /// Whether a project's file is there.
    fn has(&self, repo: &str) -> bool;

    /// Writes a project's file, all or nothing.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn write(&self, repo: &str, items: &[T]) -> Result<(), TrainError>;
}

/// What came of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectSummary {
    /// What was written now.
    pub n_written: usize,
    /// Projects whose file was there before.
    pub n_projects_before: usize,
    /// Tasks whose fix changes nothing that was there.
    pub n_without_answer: usize,
    /// Tasks that could not be worked on, with the first reason of each kind.
    pub obstacles: BTreeMap<&'static str, (usize, String)>,
}

/// The tasks of each project in the order of their ids: all, or so many, chosen by a hash of their ids.
pub fn choose_tasks(tasks: &[Task], max_per_project: usize) -> BTreeMap<&str, Vec<&Task>> {
    let mut by_project: BTreeMap<&str, Vec<&Task>> = BTreeMap::new();
    for task in tasks {
        by_project.entry(&task.repo).or_default().push(task);
    }
    for tasks in by_project.values_mut() {
        tasks.sort_by_key(|task| {
            let hash = xxhash_rust::xxh3::xxh3_64(task.instance_id.as_bytes());
            (hash, task.instance_id.as_str())
        });
        tasks.dedup_by(|a, b| a.instance_id == b.instance_id);
        if max_per_project > 0 {
            tasks.truncate(max_per_project);
        }
        tasks.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    }
    by_project
}

/// Makes one thing of each task (`None` where its fix changes nothing that was there). A project's file is written when
/// all of its tasks are done; projects that have one are left alone, so that an interrupted collection goes on where it
/// was.
///
/// # Errors
/// [`TrainError::Stopped`] where the watch says so; where a file cannot be written. Tasks that cannot be worked on
/// are counted.
pub(crate) fn collect<T: Send>(
    request: &CollectRequest<'_>,
    out: &impl ByProject<T>,
    make: impl Fn(&Task, &Repos<'_>, &Store) -> Result<Option<T>, Obstacle> + Sync,
) -> Result<CollectSummary, TrainError> {
    let repos = open_repos(request.tasks, request.repos);
    let mut summary = CollectSummary::default();
    let mut projects: Vec<(&str, Vec<&Task>)> = Vec::new();
    for (repo, tasks) in choose_tasks(request.tasks, request.max_per_project) {
        if out.has(repo) {
            summary.n_projects_before += 1;
        } else {
            projects.push((repo, tasks));
        }
    }
    // The longest first, so that no worker begins one when the others have ended.
    projects.sort_by_key(|(_, tasks)| std::cmp::Reverse(tasks.len()));
    let next = AtomicUsize::new(0);
    let summary = Mutex::new(summary);
    let fault: Mutex<Option<TrainError>> = Mutex::new(None);
    let project = |repo: &str, tasks: &[&Task]| -> Result<(), TrainError> {
        let mut items: Vec<T> = Vec::new();
        for task in tasks {
            if request.watch.should_stop() {
                return Err(TrainError::Stopped);
            }
            // A crash is a fault of this task and of no other.
            let made = catch_unwind(AssertUnwindSafe(|| make(task, &repos, request.store)))
                .unwrap_or_else(|_| {
                    let message = format!("{}: crashed; please report this", task.instance_id);
                    Err(Obstacle::new(ErrorKind::Fault, message))
                });
            request.watch.step();
            let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
            match made {
                Ok(Some(item)) => items.push(item),
                Ok(None) => summary.n_without_answer += 1,
                Err(obstacle) => {
                    let entry = summary.obstacles.entry(obstacle.kind.name());
                    entry.or_insert((0, obstacle.message)).0 += 1;
                }
            }
        }
        out.write(repo, &items)?;
        let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
        summary.n_written += items.len();
        Ok(())
    };
    let work = || -> Result<(), TrainError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| TrainError::Workers(error.to_string()))?;
        while let Some((repo, tasks)) = projects.get(next.fetch_add(1, Ordering::Relaxed)) {
            pool.install(|| project(repo, tasks))?;
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

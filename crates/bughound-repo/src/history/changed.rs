//! The changed paths of many commits, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bughound_core::RepoPath;
use rustc_hash::FxHashMap;

use crate::Repo;
use crate::changes::{TreeCache, TreeDiff};
use crate::history::columns::index;
use crate::history::ragged::Texts;
use crate::history::walk::Job;
use crate::packs::{Objects, Packs};

/// What all threads together remember of trees that they have decoded. The trees that a thousand commits in
/// a row touch take a few megabytes in the largest projects.
const TREE_BYTES: usize = 80 << 20;

/// Workers, each with its own caches, that take batches of jobs from any thread.
pub(crate) struct Workers<'a> {
    repo: &'a Repo,
    packs: Arc<Packs>,
    idle: Mutex<Vec<Worker>>,
    n_done: AtomicUsize,
}

/// What came out.
#[derive(Default)]
pub(crate) struct Changed {
    /// For a job's commit: positions in `paths`, ascending.
    pub(crate) of_commit: FxHashMap<usize, Vec<u32>>,
    pub(crate) paths: Texts,
    /// Commits of which a tree is missing or damaged.
    pub(crate) n_incomplete: usize,
}

struct Worker {
    trees: TreeCache,
    /// Paths as git stores them, by the order in which they were met.
    position: FxHashMap<Box<[u8]>, u32>,
    /// Each job's commit and where its positions end in `positions`.
    jobs: Vec<(usize, usize)>,
    positions: Vec<u32>,
    n_incomplete: usize,
}

impl<'a> Workers<'a> {
    pub(crate) fn new(repo: &'a Repo, packs: Arc<Packs>) -> Self {
        Self {
            repo,
            packs,
            idle: Mutex::default(),
            n_done: AtomicUsize::new(0),
        }
    }

    /// Does a batch of jobs; answers how many are done in all.
    pub(crate) fn work(&self, jobs: &[Job]) -> usize {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut worker = idle.unwrap_or_else(|| Worker::new(self.repo, &self.packs));
        jobs.iter().for_each(|job| worker.work(*job));
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(worker);
        self.n_done.fetch_add(jobs.len(), Ordering::Relaxed) + jobs.len()
    }

    /// Puts together what all have found.
    pub(crate) fn finish(self) -> Changed {
        let workers = self
            .idle
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let named: Vec<Vec<(RepoPath, u32)>> = workers
            .iter()
            .map(|worker| {
                let mut named: Vec<_> = worker
                    .position
                    .iter()
                    .map(|(path, at)| (RepoPath::from_git(path).0, *at))
                    .collect();
                named.sort();
                named
            })
            .collect();
        let mut all: Vec<&RepoPath> = named.iter().flatten().map(|(path, _)| path).collect();
        all.sort();
        all.dedup();

        let mut changed = Changed::default();
        all.iter()
            .for_each(|path| changed.paths.push(path.as_str()));
        for (worker, named) in workers.iter().zip(&named) {
            let mut global = vec![0; named.len()];
            let mut at = 0;
            for (path, local) in named {
                while all[at] != path {
                    at += 1;
                }
                global[*local as usize] = index(at);
            }
            let mut start = 0;
            for (commit, end) in &worker.jobs {
                let mut paths: Vec<_> = worker.positions[start..*end]
                    .iter()
                    .map(|at| global[*at as usize])
                    .collect();
                paths.sort_unstable();
                paths.dedup();
                changed.of_commit.insert(*commit, paths);
                start = *end;
            }
            changed.n_incomplete += worker.n_incomplete;
        }
        changed
    }
}

impl Worker {
    fn new(repo: &Repo, packs: &Arc<Packs>) -> Self {
        let bytes = (TREE_BYTES / rayon::current_num_threads()).max(4 << 20);
        Self {
            trees: TreeCache::new(Objects::bulk(repo, packs, bytes), bytes),
            position: FxHashMap::default(),
            jobs: Vec::new(),
            positions: Vec::new(),
            n_incomplete: 0,
        }
    }

    fn work(&mut self, job: Job) {
        let (position, positions) = (&mut self.position, &mut self.positions);
        let start = positions.len();
        let done = TreeDiff::new(&mut self.trees).run(job.old, Some(job.new), &mut |difference| {
            let at = match position.get(difference.path) {
                Some(at) => *at,
                None => {
                    let next = index(position.len());
                    position.insert(difference.path.into(), next);
                    next
                }
            };
            positions.push(at);
        });
        if done.is_err() {
            // Some of the paths would look like all of them.
            positions.truncate(start);
            self.n_incomplete += 1;
        }
        self.jobs.push((job.commit, positions.len()));
    }
}

//! Where a policy acts while it is trained.

mod search;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bughound_agent::{Cancel, Policy};
use bughound_trace::Trace;

pub use search::{SearchArena, SearchArenaSettings};

/// Tasks that episodes can be run on; a finished episode has its reward, or none where a fault keeps it from saying anything.
pub trait Arena: Sync {
    /// How many tasks there are.
    fn n_tasks(&self) -> usize;

    /// The id of a task.
    fn id(&self, task: usize) -> &str;

    /// Gets a task ready for several episodes. What cannot be got ready says so in each episode's trace.
    fn open<'a>(&'a self, task: usize) -> Box<dyn Opened + 'a>;
}

/// A task that is ready for episodes.
pub trait Opened: Send + Sync {
    /// Runs an episode.
    fn run(&self, policy: &dyn Policy, attempt: u32, seed: u64, cancel: &Cancel) -> Trace;
}

/// Runs `attempts` episodes of each of some tasks, up to `at_once` at the same time; one list per task, in the order of attempts. An
/// episode that was stopped is not in it.
///
/// Tasks are opened by whoever gets to them first, and closed when their last episode has ended.
pub fn run_groups(
    arena: &dyn Arena,
    policy: &dyn Policy,
    groups: &[Group],
    at_once: usize,
    cancel: &Cancel,
) -> Vec<Vec<Trace>> {
    let jobs: Vec<(usize, u32)> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, it)| (0..it.attempts).map(move |attempt| (group, attempt)))
        .collect();
    let opened: Vec<Mutex<Option<std::sync::Arc<dyn Opened + '_>>>> =
        groups.iter().map(|_| Mutex::new(None)).collect();
    let left: Vec<AtomicUsize> = (groups.iter())
        .map(|group| AtomicUsize::new(group.attempts as usize))
        .collect();
    let done: Mutex<Vec<(usize, u32, Trace)>> = Mutex::new(Vec::with_capacity(jobs.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(&(at, attempt)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
            if cancel.is_cancelled() {
                return;
            }
            let group = &groups[at];
            let task = {
                let mut slot = lock(&opened[at]);
                std::sync::Arc::clone(
                    slot.get_or_insert_with(|| std::sync::Arc::from(arena.open(group.task))),
                )
            };
            let seed = group.seed.wrapping_add(u64::from(attempt)) & 0x7fff_ffff;
            let trace = task.run(policy, group.first_attempt + attempt, seed, cancel);
            if left[at].fetch_sub(1, Ordering::SeqCst) == 1 {
                lock(&opened[at]).take();
            }
            if trace.end != bughound_trace::EndReason::Cancelled {
                lock(&done).push((at, attempt, trace));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, jobs.len().max(1)) {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(group, attempt, _)| (*group, *attempt));
    let mut traces: Vec<Vec<Trace>> = groups.iter().map(|_| Vec::new()).collect();
    for (group, _, trace) in done {
        traces[group].push(trace);
    }
    traces
}

/// Some episodes of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The task.
    pub task: usize,
    /// How many episodes.
    pub attempts: u32,
    /// The number of the first.
    pub first_attempt: u32,
    /// Seeds of episodes are made of it.
    pub seed: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

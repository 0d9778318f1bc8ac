//! Workers: each holds the index of one task at a time and runs its episodes.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bughound_agent::{
    Brief, Cancel, Clock, Environment, Episode, NoClock, RunOptions, WallClock, run_episode,
};
use bughound_tasks::Task;
use bughound_trace::{EndReason, TaskRecord, Trace, TraceEncoder};

use crate::rollout::Shared;
use crate::{
    Obstacle, Queue, Repos, RolloutError, SearchReward, Worker, open_world, reward_of, seed_of,
};

/// The attempts at one task that are left to do.
pub(crate) struct Job {
    /// The task's number.
    pub(crate) task: usize,
    /// Which attempts.
    pub(crate) attempts: Vec<u32>,
}

/// What several threads look at to know whether to go on.
#[derive(Default)]
struct Stop {
    cancel: Cancel,
    stop: AtomicBool,
    error: Mutex<Option<RolloutError>>,
}

impl Stop {
    fn fail(&self, error: RolloutError) {
        self.stop.store(true, Ordering::SeqCst);
        self.cancel.cancel();
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
    }

    fn is_set(&self, shared: &Shared<'_>) -> bool {
        if shared.request.watch.should_stop() {
            self.cancel.cancel();
            self.stop.store(true, Ordering::SeqCst);
        }
        self.stop.load(Ordering::SeqCst)
    }
}

/// Runs the episodes of all jobs.
pub(crate) fn work(
    shared: &Shared<'_>,
    repos: &Repos<'_>,
    jobs: &[Job],
) -> Result<(), RolloutError> {
    let tasks = shared.request.tasks;
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        groups.entry(&tasks[job.task].repo).or_default().push(at);
    }
    let queue = Queue::new(groups.into_values());
    let concurrency = shared.request.concurrency.get();
    // Few indexes with many episodes each need less memory than many with few.
    let n = shared.request.n.max(1) as usize;
    let n_workers = concurrency.div_ceil(n).min(jobs.len()).max(1);
    let episodes_each = (concurrency / n_workers).max(1);
    let threads_each = (shared.request.threads.get() / n_workers).max(1);
    let stop = Stop::default();
    let worker = || {
        let pool = match rayon::ThreadPoolBuilder::new()
            .num_threads(threads_each)
            .build()
        {
            Ok(pool) => pool,
            Err(error) => return stop.fail(RolloutError::Workers(error.to_string())),
        };
        let mut worker = Worker::default();
        while !stop.is_set(shared) {
            let Some(at) = queue.next(&mut worker) else {
                break;
            };
            if let Err(error) = run_job(shared, repos, &jobs[at], &pool, episodes_each, &stop) {
                stop.fail(error);
            }
        }
    };
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (stop, ended) = (&stop, &ended);
        // Episodes may wait for a server for long: somebody must look up meanwhile.
        let watcher = scope.spawn(move || {
            while !ended.load(Ordering::SeqCst) {
                stop.is_set(shared);
                std::thread::park_timeout(std::time::Duration::from_millis(50));
            }
        });
        std::thread::scope(|inner| {
            for _ in 0..n_workers {
                inner.spawn(worker);
            }
        });
        ended.store(true, Ordering::SeqCst);
        watcher.thread().unpark();
    });
    let error = stop
        .error
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    error.map_or(Ok(()), Err)
}

/// Runs the attempts at one task, several at the same time.
fn run_job(
    shared: &Shared<'_>,
    repos: &Repos<'_>,
    job: &Job,
    pool: &rayon::ThreadPool,
    n_threads: usize,
    stop: &Stop,
) -> Result<(), RolloutError> {
    let request = shared.request;
    let task = &request.tasks[job.task];
    let wants_history = request.policy.wants_history()
        || bughound_agent::protocol(request.protocol)
            .is_some_and(bughound_agent::Protocol::wants_history);
    let opened = pool.install(|| {
        catch_unwind(AssertUnwindSafe(|| {
            let world = open_world(task, repos, request.store, wants_history, &|_| {})?;
            let truth = SearchReward::of(task, &world.snapshot);
            Ok((world, truth))
        }))
        .unwrap_or_else(|_| {
            Err(Obstacle::new(
                crate::ErrorKind::Fault,
                "opening its repository crashed; please report this",
            ))
        })
    });
    let (environment, truth) = match opened {
        Ok((world, truth)) => (
            Environment::new(world.index, world.history, request.tool_budget),
            truth,
        ),
        Err(obstacle) => {
            let mut encoder = encoder(shared)?;
            for &attempt in &job.attempts {
                let trace = obstructed(shared, task, attempt, &obstacle);
                record(shared, (job.task, attempt), &trace, &mut encoder)?;
            }
            return Ok(());
        }
    };
    let next = AtomicUsize::new(0);
    let run = || -> Result<(), RolloutError> {
        let mut encoder = encoder(shared)?;
        while !stop.is_set(shared) {
            let at = next.fetch_add(1, Ordering::SeqCst);
            let Some(&attempt) = job.attempts.get(at) else {
                break;
            };
            let mut trace = run_attempt(shared, task, attempt, &environment, stop);
            for _ in 0..request.retries {
                if !trace.end.is_fault() || stop.is_set(shared) {
                    break;
                }
                trace = run_attempt(shared, task, attempt, &environment, stop);
            }
            if trace.end == EndReason::Cancelled {
                // It says nothing, and is run again when the run is continued.
                break;
            }
            trace.reward = truth.as_ref().and_then(|truth| reward_of(&trace, truth));
            record(shared, (job.task, attempt), &trace, &mut encoder)?;
        }
        Ok(())
    };
    let n_threads = n_threads.min(job.attempts.len());
    if n_threads <= 1 {
        return run();
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(run)).collect();
        let mut result = Ok(());
        for thread in threads {
            let ended = thread
                .join()
                .unwrap_or_else(|_| Err(RolloutError::Workers("a worker crashed".to_owned())));
            result = result.and(ended);
        }
        result
    })
}

/// Runs one episode. A panic is a fault of this episode and of no other.
fn run_attempt(
    shared: &Shared<'_>,
    task: &Task,
    attempt: u32,
    environment: &Environment,
    stop: &Stop,
) -> Trace {
    let request = shared.request;
    let clock: &dyn Clock = if request.timed {
        &WallClock::start()
    } else {
        &NoClock
    };
    let options = RunOptions {
        clock,
        cancel: &stop.cancel,
        // As many episodes as threads keep these busy already.
        parallel_calls: if request.concurrency < request.threads {
            8
        } else {
            1
        },
        on_happening: &|_| {},
    };
    let brief = brief(shared, task, attempt);
    catch_unwind(AssertUnwindSafe(|| {
        run_episode(brief, environment, request.policy, &options)
    }))
    .unwrap_or_else(|_| {
        let reason = "the episode crashed; please report this".to_owned();
        faulted(shared, task, attempt, reason)
    })
}

fn brief(shared: &Shared<'_>, task: &Task, attempt: u32) -> Brief {
    let request = shared.request;
    Brief {
        task: TaskRecord {
            instance_id: task.instance_id.clone(),
            repo: task.repo.clone(),
            base_commit: task.base_commit.clone(),
            issue: task.problem_statement.clone(),
        },
        attempt,
        seed: seed_of(request.seed, &task.instance_id, attempt),
        protocol: request.protocol.to_owned(),
        budgets: request.budgets,
    }
}

fn obstructed(shared: &Shared<'_>, task: &Task, attempt: u32, obstacle: &Obstacle) -> Trace {
    faulted(shared, task, attempt, obstacle.message.clone())
}

/// The trace of an episode that could not even begin.
fn faulted(shared: &Shared<'_>, task: &Task, attempt: u32, reason: String) -> Trace {
    let episode = Episode::new(brief(shared, task, attempt)).failed(EndReason::ToolFault, reason);
    episode.into_trace(shared.request.policy.record(), 0, None)
}

fn encoder(shared: &Shared<'_>) -> Result<TraceEncoder, RolloutError> {
    TraceEncoder::new().map_err(RolloutError::io("encode traces for", shared.request.out))
}

fn record(
    shared: &Shared<'_>,
    key: (usize, u32),
    trace: &Trace,
    encoder: &mut TraceEncoder,
) -> Result<(), RolloutError> {
    let frame = encoder
        .encode(trace)
        .map_err(RolloutError::io("encode traces for", shared.request.out))?;
    shared
        .ledger
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .add(key, trace, frame)?;
    shared.request.watch.ended(trace);
    Ok(())
}

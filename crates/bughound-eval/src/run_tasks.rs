//! Answering tasks, several at a time.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use bughound_rollout::{ErrorKind, Obstacle, Queue, Repos, Worker, open_world};
use bughound_store::Store;
use bughound_tasks::Task;
use bughound_trace::{EndReason, TaskRecord, Trace};

use crate::EvalError;
use crate::journal::Journal;
use crate::policy::{Answered, Policy, Question};
use crate::prediction_line::{EpisodeSummary, PredictionLine};
use crate::progress::Progress;
use crate::settings::Depth;
use crate::trace_log::TraceLog;

/// What workers share.
pub(crate) struct Environment<'a> {
    pub(crate) policy: &'a dyn Policy,
    pub(crate) store: &'a Store,
    pub(crate) depth: Depth,
    /// How many tasks are worked on at the same time; each holds one index in memory.
    pub(crate) jobs: NonZeroUsize,
    /// How many threads they share.
    pub(crate) threads: NonZeroUsize,
    pub(crate) progress: &'a dyn Progress,
}

/// Answers the tasks with the numbers `todo`; every line goes to the journal as soon as it is there. The
/// result has no particular order.
pub(crate) fn run_tasks(
    tasks: &[Task],
    todo: &[usize],
    repos: &Repos<'_>,
    environment: &Environment<'_>,
    journal: &Journal,
    traces: &TraceLog,
) -> Result<Vec<PredictionLine>, EvalError> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &at in todo {
        groups.entry(&tasks[at].repo).or_default().push(at);
    }
    let queue = Queue::new(groups.into_values());
    let done = Mutex::new(Vec::with_capacity(todo.len()));
    let fault: Mutex<Option<EvalError>> = Mutex::new(None);
    let stop = AtomicBool::new(false);
    let n_workers = environment.jobs.get().min(todo.len());
    let threads_each = (environment.threads.get() / n_workers.max(1)).max(1);
    let work = || -> Result<(), EvalError> {
        // A pool of its own keeps a worker from beginning another task while it waits for its threads.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads_each)
            .build()
            .map_err(|error| EvalError::Workers(error.to_string()))?;
        let mut worker = Worker::default();
        while !stop.load(Ordering::Relaxed) && !environment.progress.should_stop() {
            let Some(at) = queue.next(&mut worker) else {
                break;
            };
            let (line, trace) = pool.install(|| run_task(&tasks[at], repos, environment));
            if let Some(trace) = trace {
                if trace.end == EndReason::Cancelled {
                    break;
                }
                traces.append(&trace)?;
            }
            journal.append(&line)?;
            environment.progress.step(&line.instance_id);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        for _ in 0..n_workers {
            scope.spawn(|| {
                if let Err(error) = work() {
                    stop.store(true, Ordering::Relaxed);
                    let mut fault = fault.lock().unwrap_or_else(PoisonError::into_inner);
                    fault.get_or_insert(error);
                }
            });
        }
    });
    match fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// Answers one task. A panic is a fault of this task and of no other.
fn run_task(
    task: &Task,
    repos: &Repos<'_>,
    environment: &Environment<'_>,
) -> (PredictionLine, Option<Box<Trace>>) {
    let clock = StageClock::new();
    let answered = catch_unwind(AssertUnwindSafe(|| {
        answer(task, repos, environment, &clock)
    }));
    let failed = |kind, message: String| PredictionLine::failed(&task.instance_id, kind, message);
    let (mut line, trace) = match answered {
        Ok(Ok(Answered { ranking, trace })) => {
            let fault = trace.as_ref().filter(|trace| trace.end.is_fault());
            let mut line = match fault {
                Some(trace) => {
                    let reason = trace.fault.clone().unwrap_or_default();
                    failed(ErrorKind::Fault, format!("{}: {reason}", trace.end))
                }
                None => PredictionLine::answered(&task.instance_id, &ranking),
            };
            line.episode = trace.as_deref().map(EpisodeSummary::of);
            (line, trace)
        }
        Ok(Err(obstacle)) => (failed(obstacle.kind, obstacle.message), None),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let message = format!("crashed: {}; please report this", first_line(text));
            (failed(ErrorKind::Fault, message), None)
        }
    };
    clock.stop(&mut line);
    (line, trace)
}

/// The first line, cut where it is very long: a panic may quote a whole file.
fn first_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}

fn answer(
    task: &Task,
    repos: &Repos<'_>,
    environment: &Environment<'_>,
    clock: &StageClock,
) -> Result<Answered, Obstacle> {
    let wants_history = environment.policy.wants_history();
    let world = open_world(task, repos, environment.store, wants_history, &|stage| {
        clock.begin(stage);
    })?;
    clock.begin("answer");
    environment.policy.answer(&Question {
        index: &world.index,
        history: world.history.as_ref(),
        task: &TaskRecord {
            instance_id: task.instance_id.clone(),
            repo: task.repo.clone(),
            base_commit: task.base_commit.clone(),
            issue: task.problem_statement.clone(),
        },
        depth: environment.depth,
        on_stage: &|stage| clock.begin(stage),
    })
}

/// Says how long each stage took.
struct StageClock {
    start: Instant,
    stages: Mutex<Vec<(&'static str, Instant)>>,
}

impl StageClock {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            stages: Mutex::new(Vec::new()),
        }
    }

    /// The stage that was going on ends, this one begins.
    fn begin(&self, stage: &'static str) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push((stage, Instant::now()));
    }

    /// Writes the times to a line. A stage that began several times is added up.
    fn stop(self, line: &mut PredictionLine) {
        let end = Instant::now();
        let stages = self
            .stages
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        line.milliseconds = milliseconds(self.start, end);
        for (at, &(name, begun)) in stages.iter().enumerate() {
            let ended = stages.get(at + 1).map_or(end, |&(_, next)| next);
            let entry = line.milliseconds_by_stage.entry(name);
            let sum = entry.or_insert_with(|| 0.0.into());
            let before = sum.as_f64().unwrap_or(0.0);
            *sum = round(before + milliseconds(begun, ended)).into();
        }
    }
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    round(to.saturating_duration_since(from).as_secs_f64() * 1000.0)
}

/// To a microsecond.
fn round(milliseconds: f64) -> f64 {
    (milliseconds * 1000.0).round() / 1000.0
}

//! Answering tasks, several at a time.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bughound_index::{HistoryIndex, Index};
use bughound_repo::{History, Repo, RepoError};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};

use crate::EvalError;
use crate::journal::Journal;
use crate::policy::{Policy, Question};
use crate::prediction_line::{ErrorKind, PredictionLine};
use crate::progress::Progress;
use crate::queue::{Queue, Worker};
use crate::settings::Depth;

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

/// The repositories of some tasks, opened once each; or why there is none, as a line without an answer
/// would say it.
pub(crate) type Repos<'t> = BTreeMap<&'t str, Result<Repo, (ErrorKind, String)>>;

/// Opens the repositories of tasks.
pub(crate) fn open_repos<'t>(tasks: &'t [Task], map: &RepoMap) -> Repos<'t> {
    let mut repos = Repos::new();
    for task in tasks {
        repos.entry(&task.repo).or_insert_with(|| {
            let path = map
                .find(&task.repo)
                .map_err(|error| (ErrorKind::RepositoryMissing, error.to_string()))?;
            Repo::open(&path).map_err(|error| (kind_of(&error), error.to_string()))
        });
    }
    repos
}

/// Answers the tasks with the numbers `todo`; every line goes to the journal as soon as it is there. The
/// result has no particular order.
pub(crate) fn run_tasks(
    tasks: &[Task],
    todo: &[usize],
    repos: &Repos<'_>,
    environment: &Environment<'_>,
    journal: &Journal,
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
            let line = pool.install(|| run_task(&tasks[at], repos, environment));
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
fn run_task(task: &Task, repos: &Repos<'_>, environment: &Environment<'_>) -> PredictionLine {
    let clock = StageClock::new();
    let answered = catch_unwind(AssertUnwindSafe(|| {
        answer(task, repos, environment, &clock)
    }));
    let mut line = match answered {
        Ok(Ok(line)) => line,
        Ok(Err((kind, message))) => PredictionLine::failed(&task.instance_id, kind, message),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let message = format!("crashed: {}; please report this", first_line(text));
            PredictionLine::failed(&task.instance_id, ErrorKind::Fault, message)
        }
    };
    clock.stop(&mut line);
    line
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
) -> Result<PredictionLine, (ErrorKind, String)> {
    let repo = match repos.get(task.repo.as_str()) {
        Some(Ok(repo)) => repo,
        Some(Err(reason)) => return Err(reason.clone()),
        None => {
            return Err((
                ErrorKind::Fault,
                "its repository was not looked for".to_owned(),
            ));
        }
    };
    if task.problem_statement.trim().is_empty() {
        return Err((ErrorKind::EmptyIssue, "the issue has no text".to_owned()));
    }
    let failed = |error: RepoError| (kind_of(&error), format!("{}: {error}", task.repo));
    clock.begin("snapshot");
    let snapshot = Arc::new(repo.snapshot(&task.base_commit).map_err(failed)?);
    clock.begin("index");
    let (index, _) = Index::build(Arc::clone(&snapshot), environment.store);
    let history = match snapshot.commit() {
        Some(commit) if environment.policy.wants_history() => {
            clock.begin("history");
            let history = History::read(repo, commit, environment.store).map_err(failed)?;
            Some(HistoryIndex::build(&history, &index, environment.store))
        }
        _ => None,
    };
    clock.begin("answer");
    let ranking = environment.policy.answer(&Question {
        index: &index,
        history: history.as_ref(),
        issue: &task.problem_statement,
        depth: environment.depth,
        on_stage: &|stage| clock.begin(stage),
    });
    Ok(PredictionLine::answered(&task.instance_id, &ranking))
}

/// Whether an error says something about the task's commit, or about the machine.
fn kind_of(error: &RepoError) -> ErrorKind {
    match error {
        RepoError::NotARepository { .. } => ErrorKind::RepositoryMissing,
        RepoError::UnknownRevision { .. }
        | RepoError::AbsentCommit { .. }
        | RepoError::AmbiguousRevision { .. }
        | RepoError::NotACommit { .. }
        | RepoError::NoCommits { .. } => ErrorKind::CommitMissing,
        _ => ErrorKind::Fault,
    }
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

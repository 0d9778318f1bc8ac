//! Does what a policy can do in one pipeline hold in the other? Policies by pipelines, on the same tasks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bughound_agent::{Cancel, Clock, NoClock, Policy, RunOptions, WallClock};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_testbed::{Prepared, Testbed, TestbedError};
use bughound_trace::Trace;
use serde::Serialize;

use crate::{Judge, Pipeline, Repairing, repair};

/// What is run through what.
pub struct Transfer<'a> {
    /// The testbed.
    pub testbed: &'a Testbed,
    /// The tasks.
    pub tasks: &'a [Arc<Prepared>],
    /// The policies.
    pub policies: &'a [&'a dyn Policy],
    /// The pipelines.
    pub pipelines: &'a [&'static Pipeline],
    /// What is known of past fixes.
    pub knowledge: &'a Knowledge,
    /// Who has the last word, where a pipeline asks for it.
    pub judge: Option<&'a dyn Judge>,
    /// How much tools may do.
    pub tools: WorkbenchSettings,
    /// Episodes of each task.
    pub attempts: u32,
    /// Episodes at once.
    pub jobs: usize,
    /// The seed that those of episodes are made of.
    pub seed: u64,
    /// Whether episodes are timed.
    pub timed: bool,
    /// Stops it.
    pub cancel: &'a Cancel,
}

/// One policy in one pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cell {
    /// The policy.
    pub policy: String,
    /// The pipeline.
    pub pipeline: String,
    /// Episodes that were judged.
    pub episodes: usize,
    /// Episodes that say nothing, because something failed that no policy is to blame for.
    pub masked: usize,
    /// Mean reward of each task's judged episodes.
    pub by_task: BTreeMap<String, f64>,
    /// The mean of these: the success rate.
    pub mean: f64,
    /// Milliseconds that episodes took, the median.
    pub milliseconds: u64,
}

/// Runs everything; `done` hears of each episode's trace as it ends. Cells are in the order of policies, then pipelines.
///
/// # Errors
/// Where no workspace can be made.
pub fn transfer(
    request: &Transfer<'_>,
    done: &(dyn Fn(&Trace) + Sync),
) -> Result<Vec<Cell>, TestbedError> {
    let mut cells = Vec::new();
    for policy in request.policies {
        for pipeline in request.pipelines {
            cells.push(cell(request, *policy, pipeline, done)?);
        }
    }
    Ok(cells)
}

fn cell(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    pipeline: &'static Pipeline,
    done: &(dyn Fn(&Trace) + Sync),
) -> Result<Cell, TestbedError> {
    let n = request.tasks.len() * request.attempts as usize;
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Option<bool>, u64)>> = Mutex::new(Vec::new());
    let failed: Mutex<Option<TestbedError>> = Mutex::new(None);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= n || request.cancel.is_cancelled() || lock(&failed).is_some() {
                return;
            }
            match episode(request, policy, pipeline, at) {
                Ok((trace, solved)) => {
                    done(&trace);
                    lock(&results).push((at, solved, trace.spent.milliseconds));
                }
                Err(error) => *lock(&failed) = Some(error),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..request.jobs.max(1) {
            scope.spawn(work);
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable();
    Ok(summed(request, policy, pipeline, &results))
}

fn episode(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    pipeline: &'static Pipeline,
    at: usize,
) -> Result<(Trace, Option<bool>), TestbedError> {
    let n_tasks = request.tasks.len();
    let attempt = u32::try_from(at / n_tasks).unwrap_or(u32::MAX);
    let clock: &dyn Clock = if request.timed {
        &WallClock::start()
    } else {
        &NoClock
    };
    let options = RunOptions {
        clock,
        cancel: request.cancel,
        parallel_calls: 1,
        on_happening: &|_| {},
    };
    let repaired = repair(
        &Repairing {
            testbed: request.testbed,
            prepared: &request.tasks[at % n_tasks],
            pipeline,
            policy,
            knowledge: request.knowledge,
            judge: request.judge,
            tools: request.tools,
            attempt,
            seed: request.seed.wrapping_add(u64::from(attempt)),
        },
        &options,
    )?;
    let solved = repaired.solved();
    Ok((repaired.trace, solved))
}

fn summed(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    pipeline: &Pipeline,
    results: &[(usize, Option<bool>, u64)],
) -> Cell {
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut cell = Cell {
        policy: policy.name().to_owned(),
        pipeline: pipeline.name.to_owned(),
        ..Cell::default()
    };
    let mut milliseconds: Vec<u64> = Vec::new();
    for (at, solved, took) in results {
        milliseconds.push(*took);
        let Some(solved) = solved else {
            cell.masked += 1;
            continue;
        };
        cell.episodes += 1;
        let id = &request.tasks[at % request.tasks.len()].task.recipe.id;
        let sum = sums.entry(id.clone()).or_default();
        sum.0 += if *solved { 1.0 } else { 0.0 };
        sum.1 += 1.0;
    }
    cell.by_task = sums
        .into_iter()
        .map(|(id, (sum, n))| (id, sum / n))
        .collect();
    if !cell.by_task.is_empty() {
        cell.mean = cell.by_task.values().sum::<f64>() / cell.by_task.len() as f64;
    }
    milliseconds.sort_unstable();
    cell.milliseconds = milliseconds
        .get(milliseconds.len() / 2)
        .copied()
        .unwrap_or_default();
    cell
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

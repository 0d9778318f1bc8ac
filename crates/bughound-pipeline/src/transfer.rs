//! Does what a policy can do in one pipeline hold in the other? Policies by pipelines, on the same tasks.

use std::collections::BTreeMap;
use std::sync::Arc;

use bughound_agent::{Cancel, Clock, NoClock, Policy, RunOptions, WallClock};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_testbed::{Prepared, Testbed};
use bughound_trace::{PolicyRecord, Trace};
use serde::Serialize;

use crate::each::each;
use crate::past::Wanted;
use crate::{Judge, Past, Pipeline, Repairing, repair};

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
    /// Episodes that were run before and are not run again.
    pub past: &'a [Past],
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
    /// Of these, those that were run before.
    pub past: usize,
    /// Episodes that say nothing, because something failed that no policy is to blame for.
    pub masked: usize,
    /// What failed, by task.
    pub why_masked: Vec<(String, String)>,
    /// Mean reward of each task's judged episodes.
    pub by_task: BTreeMap<String, f64>,
    /// The mean of these: the success rate.
    pub mean: f64,
    /// Milliseconds that episodes took, the median.
    pub milliseconds: u64,
}

/// Runs everything; `done` hears of each episode's trace as it ends. Cells are in the order of policies, then pipelines.
/// What fails is masked, and the rest goes on.
pub fn transfer(request: &Transfer<'_>, done: &(dyn Fn(&Trace) + Sync)) -> Vec<Cell> {
    let mut cells = Vec::new();
    for policy in request.policies {
        for pipeline in request.pipelines {
            cells.push(cell(request, *policy, pipeline, done));
        }
    }
    cells
}

/// What an episode came to: its reward or why it has none.
struct Came {
    solved: Result<bool, String>,
    milliseconds: Option<u64>,
    is_past: bool,
}

fn cell(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    pipeline: &'static Pipeline,
    done: &(dyn Fn(&Trace) + Sync),
) -> Cell {
    let n = request.tasks.len() * request.attempts as usize;
    let record = policy.record();
    let came = each(n, request.jobs, &|| request.cancel.is_cancelled(), &|at| {
        episode(request, policy, &record, pipeline, at, done)
    });
    summed(request, policy, pipeline, &came)
}

fn episode(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    record: &PolicyRecord,
    pipeline: &'static Pipeline,
    at: usize,
    done: &(dyn Fn(&Trace) + Sync),
) -> Came {
    let n_tasks = request.tasks.len();
    let prepared = &request.tasks[at % n_tasks];
    let attempt = u32::try_from(at / n_tasks).unwrap_or(u32::MAX);
    let seed = request.seed.wrapping_add(u64::from(attempt));
    let wanted = Wanted {
        task: &prepared.task.recipe.id,
        prepared: &prepared.digest,
        pipeline: pipeline.name,
        attempt,
        seed,
        policy: record,
    };
    if let Some(past) = request.past.iter().rev().find(|past| past.is(&wanted)) {
        return Came {
            solved: Ok(past.solved),
            milliseconds: Some(past.milliseconds),
            is_past: true,
        };
    }
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
            prepared,
            pipeline,
            policy,
            knowledge: request.knowledge,
            judge: request.judge,
            tools: request.tools,
            attempt,
            seed,
        },
        &options,
    );
    match repaired {
        Ok(repaired) => {
            done(&repaired.trace);
            let why = || repaired.why_masked().unwrap_or_default();
            Came {
                solved: repaired.solved().ok_or_else(why),
                milliseconds: Some(repaired.trace.spent.milliseconds),
                is_past: false,
            }
        }
        Err(error) => Came {
            solved: Err(error.to_string()),
            milliseconds: None,
            is_past: false,
        },
    }
}

fn summed(
    request: &Transfer<'_>,
    policy: &dyn Policy,
    pipeline: &Pipeline,
    came: &[(usize, Came)],
) -> Cell {
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut cell = Cell {
        policy: policy.name().to_owned(),
        pipeline: pipeline.name.to_owned(),
        ..Cell::default()
    };
    let mut milliseconds: Vec<u64> = Vec::new();
    for (at, came) in came {
        milliseconds.extend(came.milliseconds);
        let id = &request.tasks[at % request.tasks.len()].task.recipe.id;
        let solved = match &came.solved {
            Ok(solved) => *solved,
            Err(why) => {
                cell.masked += 1;
                cell.why_masked.push((id.clone(), why.clone()));
                continue;
            }
        };
        cell.episodes += 1;
        cell.past += usize::from(came.is_past);
        let sum = sums.entry(id.clone()).or_default();
        sum.0 += if solved { 1.0 } else { 0.0 };
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

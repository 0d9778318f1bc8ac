//! Candidate fixes, tried without a policy.
//!
//! The unit of the simplified pipeline of arXiv 2510.22075 is an error of a repository and a fix that may mend it. Candidates
//! here are edits that the task's recipe holds, and moves to the versions that are at hand. Each gets one attempt through the
//! same tools and the same judge as a policy's change. Nobody is told them.

use std::sync::Arc;

use bughound_agent::{Cancel, RunOptions, WallClock};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_testbed::{Judged, Prepared, Stage, Testbed, Verdict};
use bughound_trace::Trace;
use serde::Serialize;
use serde_json::json;

use crate::each::each;
use crate::policies::calls::{Calls, CallsPolicy, written};
use crate::{Repaired, Repairing, SIMPLIFIED, repair};

/// A fix that may be tried.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name within the task.
    pub name: String,
    calls: Result<Calls, String>,
}

/// The candidates of a task: those of its recipe, then every version that is at hand.
pub fn candidates(prepared: &Prepared) -> Vec<Candidate> {
    let recipe = &prepared.task.recipe;
    let edits = recipe.candidate.iter().map(|candidate| {
        let mut tree = prepared.broken_tree().clone();
        let edited = tree.edit(&candidate.edit);
        Candidate {
            name: candidate.name.clone(),
            calls: edited
                .map(|()| written(prepared.broken_tree().changes_to(&tree)))
                .map_err(|error| error.to_string()),
        }
    });
    let versions = recipe.dependencies.available.iter().map(|pin| {
        let arguments =
            dependency(pin).map(|(name, version)| json!({"dependency": name, "version": version}));
        Candidate {
            name: format!("move to {pin}"),
            calls: arguments
                .map(|arguments| vec![("dependency_upgrade", arguments)])
                .ok_or_else(|| format!("{pin:?} names no version")),
        }
    });
    edits.chain(versions).collect()
}

/// Name and version of `pydantic==2.10.4`, `rand@0.9.0[small_rng]`, `@types/node@20.1.0`.
fn dependency(pin: &str) -> Option<(&str, &str)> {
    let pin = pin.split_once('[').map_or(pin, |(pin, _features)| pin);
    pin.split_once("==")
        .or_else(|| pin.rsplit_once('@'))
        .filter(|(name, version)| !name.is_empty() && !version.is_empty())
}

/// What candidates are tried with.
pub struct Trying<'a> {
    /// The testbed.
    pub testbed: &'a Testbed,
    /// The tasks.
    pub tasks: &'a [Arc<Prepared>],
    /// How much tools may do.
    pub tools: WorkbenchSettings,
    /// How many at once.
    pub jobs: usize,
    /// Stops it.
    pub cancel: &'a Cancel,
}

/// What a candidate came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriedCandidate {
    /// The task.
    pub task: String,
    /// The candidate.
    pub candidate: String,
    /// `mended`; `no_change` (it cannot be made, or leaves the project as it is); `sync_failed`, `build_failed`,
    /// `tests_failed`; `loosened` (a version that must be kept was left); `unknown` (something of ours failed).
    pub outcome: &'static str,
    /// More of it, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Seconds of the episode.
    pub seconds: f64,
}

/// Tries every candidate of every task; `done` hears of each episode's trace. What was not begun when it was stopped is not
/// among what comes back.
pub fn try_candidates(trying: &Trying<'_>, done: &(dyn Fn(&Trace) + Sync)) -> Vec<TriedCandidate> {
    let all: Vec<(&Arc<Prepared>, Candidate)> = trying
        .tasks
        .iter()
        .flat_map(|task| candidates(task).into_iter().map(move |it| (task, it)))
        .collect();
    let came = each(
        all.len(),
        trying.jobs,
        &|| trying.cancel.is_cancelled(),
        &|at| {
            let (prepared, candidate) = &all[at];
            one(trying, prepared, candidate, done)
        },
    );
    came.into_iter().map(|(_, came)| came).collect()
}

fn one(
    trying: &Trying<'_>,
    prepared: &Arc<Prepared>,
    candidate: &Candidate,
    done: &(dyn Fn(&Trace) + Sync),
) -> TriedCandidate {
    let came = |outcome, why: String, seconds| TriedCandidate {
        task: prepared.task.recipe.id.clone(),
        candidate: candidate.name.clone(),
        outcome,
        why,
        seconds,
    };
    let calls = match &candidate.calls {
        Ok(calls) => calls.clone(),
        Err(why) => return came("no_change", why.clone(), 0.0),
    };
    let policy = CallsPolicy {
        name: format!("candidate {}", candidate.name),
        calls,
    };
    let clock = WallClock::start();
    let repaired = repair(
        &Repairing {
            testbed: trying.testbed,
            prepared,
            pipeline: &SIMPLIFIED,
            policy: &policy,
            knowledge: &Knowledge::default(),
            judge: None,
            tools: trying.tools,
            attempt: 0,
            seed: 0,
        },
        &RunOptions {
            clock: &clock,
            cancel: trying.cancel,
            parallel_calls: 1,
            on_happening: &|_| {},
        },
    );
    match repaired {
        Err(error) => came("unknown", error.to_string(), 0.0),
        Ok(repaired) => {
            done(&repaired.trace);
            let (outcome, why) = outcome(&repaired);
            let seconds = repaired.trace.spent.milliseconds as f64 / 1000.0;
            came(outcome, why, seconds)
        }
    }
}

fn outcome(repaired: &Repaired) -> (&'static str, String) {
    if let Some(why) = repaired.why_masked() {
        return ("unknown", why);
    }
    match &repaired.judged {
        Judged::Fault(fault) => ("unknown", fault.what.clone()),
        Judged::Verdict(verdict) if verdict.passed => ("mended", String::new()),
        Judged::Verdict(verdict) => refused(repaired, verdict),
    }
}

/// How far it came.
fn refused(repaired: &Repaired, verdict: &Verdict) -> (&'static str, String) {
    if !verdict.loosened.is_empty() {
        return ("loosened", verdict.loosened.join("; "));
    }
    if repaired.changes.is_empty() {
        return ("no_change", last_answer(repaired));
    }
    let error = bughound_testbed::classes::main_error(&verdict.log);
    let error = error.map(|error| error.line).unwrap_or_default();
    match verdict.failed {
        Some(Stage::Sync) => ("sync_failed", error),
        Some(Stage::Build) => ("build_failed", error),
        _ => {
            let worse = verdict.regressed.len() + verdict.missing.len();
            (
                "tests_failed",
                format!("{worse} tests do not do what they should"),
            )
        }
    }
}

/// The first line of what the last tool said.
fn last_answer(repaired: &Repaired) -> String {
    let stages = repaired.trace.stages.iter();
    let mut messages = stages.flat_map(|stage| &stage.messages);
    messages
        .rfind(|message| message.message.tool_call_id.is_some())
        .and_then(|message| message.message.content.lines().next())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_a_name_and_a_version() {
        let check = |pin: &str, expected: Option<(&str, &str)>| {
            assert_eq!(dependency(pin), expected, "{pin}");
        };
        check("pydantic==2.10.4", Some(("pydantic", "2.10.4")));
        check("rand@0.9.0", Some(("rand", "0.9.0")));
        check("rand@0.8.5[small_rng]", Some(("rand", "0.8.5")));
        check("@types/node@20.1.0", Some(("@types/node", "20.1.0")));
        check("rand", None);
        check("@types", None);
        check("rand==", None);
    }
}

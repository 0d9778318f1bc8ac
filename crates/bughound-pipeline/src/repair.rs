//! One episode of repair, and what it was worth.

use std::sync::Arc;

use bughound_agent::{Brief, Policy, Protocol, RunOptions, run_in};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_sandbox::{Change, What};
use bughound_tasks::unified_diff;
use bughound_testbed::{Judged, Prepared, Source, Testbed, TestbedError};
use bughound_trace::{Reward, RewardPart, TaskRecord, Trace};
use serde_json::json;

use crate::site::Site;
use crate::{Judge, Pipeline, RepairProtocol};

/// What an episode of repair needs.
pub struct Repairing<'a> {
    /// The testbed.
    pub testbed: &'a Testbed,
    /// The task.
    pub prepared: &'a Arc<Prepared>,
    /// The pipeline.
    pub pipeline: &'static Pipeline,
    /// Who acts.
    pub policy: &'a dyn Policy,
    /// What is known of past fixes.
    pub knowledge: &'a Knowledge,
    /// Who has the last word, where the pipeline asks for it.
    pub judge: Option<&'a dyn Judge>,
    /// How much tools may do.
    pub tools: WorkbenchSettings,
    /// Which attempt at the task, from 0.
    pub attempt: u32,
    /// The seed.
    pub seed: u64,
}

/// An episode of repair that has ended.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// What happened. Its reward is 1 or 0; none where a fault kept it from being judged, which masks it.
    pub trace: Trace,
    /// What was changed: paths relative to the project.
    pub changes: Vec<Change>,
    /// What the change is worth.
    pub judged: Judged,
}

impl Repaired {
    /// Whether the build is well and the judge, where one was asked, accepts; `None` where that is not known.
    pub fn solved(&self) -> Option<bool> {
        self.trace.reward.as_ref().map(|reward| reward.value > 0.5)
    }

    /// What kept it from being rewarded or refused; `None` where nothing did.
    pub fn why_masked(&self) -> Option<String> {
        if self.trace.reward.is_some() {
            return None;
        }
        if let Judged::Fault(fault) = &self.judged {
            return Some(fault.what.clone());
        }
        if self.trace.end.is_fault() {
            let what = self.trace.fault.as_deref().unwrap_or_default();
            return Some(format!("{}: {what}", self.trace.end));
        }
        let judge = self.trace.extra.get("judge");
        let what = judge
            .and_then(|judge| judge.get("fault")?.as_str())
            .unwrap_or("nobody said why");
        Some(format!("the judge gave no opinion: {what}"))
    }
}

/// Runs an episode and has what it changed judged in a fresh place.
///
/// # Errors
/// Where no workspace can be made. Whatever goes wrong later is in the trace.
pub fn repair(request: &Repairing<'_>, options: &RunOptions<'_>) -> Result<Repaired, TestbedError> {
    let protocol = RepairProtocol(request.pipeline);
    let site = Site::new(
        request.testbed,
        request.prepared,
        request.pipeline,
        request.knowledge,
        request.tools,
    )?;
    let brief = Brief {
        task: record(request.prepared),
        attempt: request.attempt,
        seed: request.seed,
        protocol: protocol.name().to_owned(),
        budgets: request.pipeline.budgets(),
    };
    let mut trace = run_in(brief, &protocol, &site, request.policy, options);
    let made_of = request.prepared.digest.clone();
    trace.extra.insert("prepared".to_owned(), json!(made_of));
    let changes = site.into_changes()?;
    trace
        .extra
        .insert("diff".to_owned(), json!(diff(request.prepared, &changes)));
    let judged = request.testbed.validate(request.prepared, &changes);
    score(request, &mut trace, &changes, &judged);
    Ok(Repaired {
        trace,
        changes,
        judged,
    })
}

/// What of the changes is judged, as git would write it: the patch that others may hold against their own tests.
fn diff(prepared: &Prepared, changes: &[Change]) -> String {
    let tree = prepared.tree();
    let mut text = String::new();
    for change in prepared.change_set(changes).applied {
        let path = change.path.to_string_lossy();
        let before = tree.files.get(&*path).map(|file| file.bytes.as_slice());
        let after = match &change.what {
            What::File { bytes, .. } => Some(bytes.as_slice()),
            _ => None,
        };
        text.push_str(&unified_diff(&path, before, after));
    }
    text
}

fn record(prepared: &Prepared) -> TaskRecord {
    let recipe = &prepared.task.recipe;
    let (repo, base_commit) = match &recipe.source {
        Source::Files => (recipe.id.clone(), String::new()),
        Source::Git { url, revision } => (url.clone(), revision.clone()),
        Source::Pypi(release) | Source::Crates(release) | Source::Npm(release) => {
            (release.name.clone(), release.version.clone())
        }
    };
    TaskRecord {
        instance_id: recipe.id.clone(),
        repo,
        base_commit,
        issue: prepared.task.issue.clone().unwrap_or_default(),
    }
}

/// Writes reward and verdict into the trace. A fault of the testbed, of a tool, of the policy or of the judge masks it.
fn score(request: &Repairing<'_>, trace: &mut Trace, changes: &[Change], judged: &Judged) {
    let verdict = match judged {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => {
            trace.extra.insert("unjudged".to_owned(), json!(fault));
            return;
        }
    };
    trace.extra.insert(
        "verdict".to_owned(),
        json!({
            "passed": verdict.passed,
            "built": verdict.built,
            "failed": verdict.failed,
            "tests": verdict.tests.len(),
            "missing": verdict.missing,
            "regressed": verdict.regressed,
            "blocked": verdict.blocked,
            "loosened": verdict.loosened,
            "changed": changes.iter().map(|change| change.path.display().to_string()).collect::<Vec<_>>(),
        }),
    );
    if trace.end.is_fault() {
        return;
    }
    let mut accepted = verdict.passed;
    if let Some(judge) = request.judge
        && request.pipeline.judged
        && verdict.passed
    {
        match judge.accepts(request.prepared, changes, verdict) {
            Ok((accepts, why)) => {
                accepted = accepts;
                let opinion = json!({"name": judge.name(), "accepts": accepts, "why": why});
                trace.extra.insert("judge".to_owned(), opinion);
            }
            Err(why) => {
                let silence = json!({"name": judge.name(), "fault": why});
                trace.extra.insert("judge".to_owned(), silence);
                return;
            }
        }
    }
    let value = if accepted { 1.0 } else { 0.0 };
    trace.reward = Some(Reward {
        value,
        parts: vec![RewardPart {
            name: "validated".to_owned(),
            definition: "1 where the change builds and its tests do what they should in a fresh copy (and the judge accepts, where one is asked), else 0".to_owned(),
            weight: 1.0,
            value,
        }],
        truth: Vec::new(),
    });
}

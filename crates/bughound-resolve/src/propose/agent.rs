//! A change by the repair agent: a policy with tools in a workspace of its own.

use std::sync::Arc;

use bughound_agent::{Policy, RunOptions};
use bughound_pipeline::{ISSUE, Repairing, repair};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_testbed::{Prepared, Testbed, TestbedError, Tree};
use bughound_trace::Trace;

use super::Candidate;
use crate::patch::diff_of;

/// Episodes of an agent.
pub struct AgentRequest<'a> {
    /// The testbed.
    pub testbed: &'a Testbed,
    /// The task, whose issue the agent reads.
    pub prepared: &'a Arc<Prepared>,
    /// The project's own files: what the change is a change of.
    pub tree: &'a Tree,
    /// Who acts.
    pub policy: &'a dyn Policy,
    /// What is known of past fixes.
    pub knowledge: &'a Knowledge,
    /// The seed of an episode.
    pub seed: u64,
    /// Which episode, from 0.
    pub attempt: u32,
}

/// What an episode left.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The change; `None` where there is none.
    pub candidate: Option<Candidate>,
    /// What happened.
    pub trace: Trace,
}

/// Runs one episode.
///
/// # Errors
/// Where no workspace can be made. What goes wrong later is in the trace.
pub fn by_agent(
    request: &AgentRequest<'_>,
    options: &RunOptions<'_>,
) -> Result<Proposed, TestbedError> {
    let repaired = repair(
        &Repairing {
            testbed: request.testbed,
            prepared: request.prepared,
            pipeline: &ISSUE,
            policy: request.policy,
            knowledge: request.knowledge,
            judge: None,
            tools: WorkbenchSettings::default(),
            attempt: request.attempt,
            seed: request.seed,
        },
        options,
    )?;
    // What running left behind is no part of a change.
    let set = request.prepared.change_set(&repaired.changes);
    let text = diff_of(request.tree, &set.applied);
    let candidate = (!text.is_empty()).then(|| Candidate {
        id: format!("agent-{}", request.attempt + 1),
        origin: request.policy.name().to_owned(),
        text,
    });
    let mut trace = repaired.trace;
    // What it is worth is not known: there is no fix to hold it against.
    trace.reward = None;
    trace.extra.insert(
        "diff".to_owned(),
        candidate.as_ref().map(|it| it.text.clone()).into(),
    );
    Ok(Proposed { candidate, trace })
}

//! Locating by a search, step by step, that is shown while it goes on.

use std::sync::Arc;

use bughound_agent::{Brief, Environment, RunOptions, WallClock, protocol, run_episode};
use bughound_index::{HistoryIndex, Index};
use bughound_rollout::seed_of;
use bughound_tools::Budget;
use bughound_trace::{EndReason, TaskRecord, Trace, TraceWriter};

use crate::args::LocateArgs;
use crate::exit::{Failure, Kind};
use crate::interrupt::Flag;
use crate::output::LiveSearch;
use crate::settings::{Settings, Target, agent};

/// What a search is called in its trace; there is but one.
const INSTANCE: &str = "locate";

/// Whether the answer is searched for step by step; the built-in policy needs no conversation unless a protocol is
/// named.
pub(super) fn is_wanted(args: &LocateArgs) -> bool {
    args.agent.policy != "hound" || args.agent.protocol.is_some() || args.trace.is_some()
}

/// Searches, and keeps the trace where that is wanted. However it ends, there is a trace.
pub(super) fn search(
    args: &LocateArgs,
    settings: &Settings,
    target: &Target,
    index: &Arc<Index>,
    history: Option<Arc<HistoryIndex>>,
    issue: &str,
) -> anyhow::Result<Trace> {
    let policy = agent::policy(&args.agent, 1)?;
    let name = agent::protocol(&args.agent);
    let brief = Brief {
        task: TaskRecord {
            instance_id: INSTANCE.to_owned(),
            repo: target.root.display().to_string(),
            base_commit: index
                .snapshot()
                .commit()
                .map_or_else(String::new, |commit| commit.to_string()),
            issue: issue.to_owned(),
        },
        attempt: 0,
        seed: seed_of(args.agent.seed, INSTANCE, 0),
        protocol: name.to_owned(),
        budgets: agent::budgets(&args.agent),
    };
    // Opened first: a search must not be lost because its trace cannot be kept.
    let writer = match &args.trace {
        Some(path) => Some(TraceWriter::open(path)?),
        None => None,
    };
    let environment = Environment::new(Arc::clone(index), history, Budget::default());
    let live = LiveSearch::new(settings, protocol(name).map_or("", |it| it.name()));
    let flag = Flag::take();
    let trace = run_episode(
        brief,
        &environment,
        policy.as_ref(),
        &RunOptions {
            clock: &WallClock::start(),
            cancel: &flag.token(),
            parallel_calls: rayon::current_num_threads(),
            on_happening: &|happening| live.hear(&happening),
        },
    );
    live.end(&trace);
    if let Some(mut writer) = writer {
        writer.append(&trace)?;
    }
    Ok(trace)
}

/// The error that a search ended by, if it did.
pub(super) fn fault_of(trace: &Trace) -> Option<Failure> {
    let reason = trace.fault.clone().unwrap_or_default();
    match trace.end {
        EndReason::Cancelled => Some(Failure::new(
            Kind::Interrupted,
            "the search was interrupted",
        )),
        EndReason::PolicyFault => Some(Failure::infrastructure(format!(
            "the policy failed: {reason}"
        ))),
        EndReason::ToolFault => Some(Failure::infrastructure(format!("a tool failed: {reason}"))),
        _ => None,
    }
}

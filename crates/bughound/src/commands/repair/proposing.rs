//! Where candidates come from: a file, samples, or an agent.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use bughound_agent::{RunOptions, WallClock};
use bughound_repair::Knowledge;
use bughound_resolve::propose::{
    AgentRequest, ModelAsker, Sample, SamplesRequest, by_agent, by_samples, excerpts, question,
    read_candidates,
};
use bughound_rollout::seed_of;
use bughound_trace::TraceWriter;

use super::ground::Project;
use super::{Candidates, Work};
use crate::args::{ProposeChoice, RepairArgs};
use crate::exit::{Failure, Kind};
use crate::settings::agent;

/// Samples where nobody says how many.
const N_SAMPLES: u16 = 10;

/// Makes sure, before anything is done, that somebody proposes.
pub(super) fn is_anybody_there(args: &RepairArgs) -> anyhow::Result<()> {
    let agent = args.propose == Some(ProposeChoice::Agent);
    if args.patches.is_none() && args.propose.is_none() && args.agent.model.is_none() {
        return Err(Failure::usage("nobody proposes changes")
            .hint(
                "name a model (--model NAME --base-url URL), a policy (--propose agent --policy replay --replay FILE) or candidates (--patches FILE)",
            )
            .into());
    }
    if agent && matches!(args.agent.policy.as_str(), "hound" | "navigator") {
        return Err(Failure::usage(format!(
            "`--policy {}` searches, and repairs nothing: `--propose agent` needs `--policy http` or `replay`",
            args.agent.policy
        ))
        .into());
    }
    Ok(())
}

pub(super) fn candidates(work: &Work<'_>, project: &Project) -> anyhow::Result<Candidates> {
    let args = work.args;
    if let Some(file) = &args.patches {
        let text = std::fs::read_to_string(file).map_err(|error| {
            Failure::bad_input(format!("cannot read {}: {error}", file.display()))
        })?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let list = read_candidates(&text, &name)
            .map_err(|error| Failure::bad_input(format!("{}: {error}", file.display())))?;
        return Ok(Candidates { list, fault: None });
    }
    match args.propose {
        Some(ProposeChoice::Agent) => by_policy(work, project),
        _ => by_model(work),
    }
}

fn by_model(work: &Work<'_>) -> anyhow::Result<Candidates> {
    let args = work.args;
    let jobs = super::super::tasks::jobs(work.settings).max(4);
    let client = agent::client(&args.agent, jobs, "--propose samples")?;
    let places = &work.locations[..work.locations.len().min(usize::from(args.places))];
    let question = question(&work.issue, &excerpts(&work.index, places));
    let known = match &args.keep {
        Some(file) => kept(file)?,
        None => Vec::new(),
    };
    let seed = |n: usize| {
        seed_of(
            args.agent.seed,
            &args.instance_id,
            u32::try_from(n).unwrap_or(u32::MAX),
        )
    };
    let lost: Mutex<Option<std::io::Error>> = Mutex::new(None);
    let spinner = work.settings.progress.spinner("Asking the model");
    let samples = by_samples(
        &SamplesRequest {
            question: &question,
            model: &client.settings().model,
            count: usize::from(args.samples.unwrap_or(N_SAMPLES)),
            jobs,
            known: &known,
        },
        &ModelAsker {
            client: &client,
            sampling: agent::sampling(&args.agent),
            seed: &seed,
            cancel: &work.flag.token(),
            wait: Duration::from_millis(agent::budgets(&args.agent).max_milliseconds),
        },
        &|sample| {
            if let Some(file) = &args.keep
                && let Err(error) = keep(file, sample)
            {
                *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        },
    );
    drop(spinner);
    if let Some(error) = lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error).context("the samples could not be kept");
    }
    if work.flag.is_set() {
        return Err(
            Failure::new(Kind::Interrupted, "interrupted while the model was asked")
                .hint("with --keep FILE the same command goes on where it was")
                .into(),
        );
    }
    if samples.n_known > 0 {
        let n = samples.n_known;
        work.settings
            .note(&format!("{n} samples were there before"));
    }
    if samples.candidates.is_empty() {
        let why = samples.fault.unwrap_or_else(|| "no answer came".to_owned());
        return Err(Failure::infrastructure(format!("no sample could be had: {why}")).into());
    }
    Ok(Candidates {
        list: samples.candidates,
        fault: samples.fault,
    })
}

/// Samples of earlier runs; a last line that is cut off counts for nothing.
fn kept(file: &Path) -> anyhow::Result<Vec<Sample>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => {
            Err(error).with_context(|| format!("cannot read the samples in {}", file.display()))
        }
    }
}

fn keep(file: &Path, sample: &Sample) -> std::io::Result<()> {
    let mut line = serde_json::to_string(sample)?;
    line.push('\n');
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)?
        .write_all(line.as_bytes())
}

fn by_policy(work: &Work<'_>, project: &Project) -> anyhow::Result<Candidates> {
    let args = work.args;
    let (Some(testbed), Some(prepared)) = (&project.testbed, &project.prepared) else {
        let why = project.why_not.clone().unwrap_or_default();
        return Err(Failure::usage(format!(
            "an agent works in a copy of the project that can be run, and this one cannot: {why}"
        ))
        .into());
    };
    let policy = agent::policy(&args.agent, 1)?;
    let mut writer = match &args.trace {
        Some(path) => Some(TraceWriter::open(path)?),
        None => None,
    };
    let knowledge = Knowledge::built_in();
    let mut found = Candidates {
        list: Vec::new(),
        fault: None,
    };
    let episodes = u32::from(args.samples.unwrap_or(1));
    let spinner = work.settings.progress.spinner("Repairing");
    for attempt in 0..episodes {
        if work.flag.is_set() {
            break;
        }
        spinner.say(format!("Repairing, episode {} of {episodes}", attempt + 1));
        let proposed = by_agent(
            &AgentRequest {
                testbed,
                prepared,
                tree: &work.ground.files.tree,
                policy: policy.as_ref(),
                knowledge: &knowledge,
                seed: seed_of(args.agent.seed, &args.instance_id, attempt),
                attempt,
            },
            &RunOptions {
                clock: &WallClock::start(),
                cancel: &work.flag.token(),
                parallel_calls: 1,
                on_happening: &|_| {},
            },
        )
        .map_err(|error| Failure::infrastructure(error.to_string()))?;
        if let Some(writer) = &mut writer {
            writer
                .append(&proposed.trace)
                .context("the trace could not be kept")?;
        }
        if proposed.trace.end.is_fault() {
            let what = proposed.trace.fault.clone().unwrap_or_default();
            found.fault = Some(format!(
                "an episode ended by {}: {what}",
                proposed.trace.end
            ));
        }
        match proposed.candidate {
            Some(candidate) => found.list.push(candidate),
            None => work.settings.note(&format!(
                "Episode {} changed nothing; it ended by {}",
                attempt + 1,
                proposed.trace.end
            )),
        }
    }
    drop(spinner);
    Ok(found)
}

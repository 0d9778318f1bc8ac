//! `bughound eval`: let a policy answer a set of tasks, and say how good the answers are.

mod resolve;

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;

use bughound_eval::{AgentPolicy, Depth, EvalRequest, HoundPolicy, Policy, RunSummary, evaluate};
use bughound_metrics::{BootstrapSettings, Metric, ScoreLevel, scorer_named};

use crate::args::{EvalArgs, EvalCommand, TaskFileArgs};
use crate::eval_progress::EvalProgress;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, Weights, agent, needed_repo_map};

/// Each job holds an index in memory.
const MOST_JOBS: usize = 4;

/// Where a server does the work, its patience is the limit.
const MOST_JOBS_OF_SERVERS: usize = 8;

/// Does what was asked.
pub(crate) fn run(args: &EvalArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match (&args.command, &args.tasks, &args.out) {
        (Some(EvalCommand::Resolve(args)), ..) => resolve::run(args, settings),
        (None, Some(tasks), Some(out)) => answers(args, tasks, out, settings),
        _ => Err(Failure::usage("`eval` needs `--tasks` and `--out`").into()),
    }
}

/// Evaluates, and prints the most important numbers.
fn answers(
    args: &EvalArgs,
    tasks: &Path,
    out: &Path,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let file = TaskFileArgs {
        tasks: tasks.to_owned(),
        limit: args.limit,
        instance: args.instance.clone(),
        keep_going: args.keep_going,
    };
    let (tasks, selection) = super::tasks_of(&file, settings)?;
    let threads = NonZeroUsize::new(rayon::current_num_threads()).unwrap_or(NonZeroUsize::MIN);
    let jobs = match args.jobs {
        Some(jobs) => usize::from(jobs),
        None if args.agent.policy == "http" => MOST_JOBS_OF_SERVERS,
        None => threads.get().min(MOST_JOBS),
    };
    let searcher = if at_once(args) {
        None
    } else {
        Some(agent::policy(&args.agent, jobs)?)
    };
    let weights = Weights::read(&args.agent.weights)?;
    let policy = policy(args, searcher.as_deref(), &weights)?;
    let progress = EvalProgress::new(settings.progress);
    let summary = evaluate(&EvalRequest {
        tasks: &tasks,
        selection,
        repos: &repos,
        policy: policy.as_ref(),
        store: &settings.store,
        out,
        force: args.force,
        ground_truth: args.ground_truth.as_deref(),
        scorer: scorer_named(&args.scorer)?,
        bootstrap: BootstrapSettings::default(),
        depth: Depth::default(),
        jobs: NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN),
        threads,
        progress: &progress,
    });
    progress.end();
    let summary = summary?;
    if !settings.quiet {
        output::print(&text(&summary))?;
    }
    let faults = summary.faults();
    if let Some((id, message)) = faults.first_key_value() {
        return Err(Failure::infrastructure(format!(
            "{} of {} tasks could not be worked on and are in no number, {id} for one: {message}",
            faults.len(),
            summary.lines.len()
        ))
        .hint("the same command tries them again")
        .into());
    }
    if summary.document.answers.answered == 0 {
        let first = summary.document.answers.errors.first_key_value();
        let reason = first.map_or(String::new(), |(id, error)| {
            format!(", {id} for one: {}", error.message)
        });
        let message = format!(
            "none of the {} tasks could be answered{reason}",
            summary.lines.len()
        );
        return Err(Failure::bad_input(message).into());
    }
    Ok(Outcome::Found)
}

/// `hound` without a protocol ranks at once; everybody else searches step by step.
fn at_once(args: &EvalArgs) -> bool {
    args.agent.policy == "hound" && args.agent.protocol.is_none()
}

/// Who answers: the searcher, or, without one, hound at once.
fn policy<'a>(
    args: &EvalArgs,
    searcher: Option<&'a dyn bughound_agent::Policy>,
    weights: &'a Weights,
) -> anyhow::Result<Box<dyn Policy + 'a>> {
    let Some(searcher) = searcher else {
        return Ok(Box::new(HoundPolicy {
            judge: weights.judge(),
        }));
    };
    let mut policy = AgentPolicy::new(searcher, agent::protocol(&args.agent))?;
    policy.budgets = agent::budgets(&args.agent);
    policy.seed = args.agent.seed;
    Ok(Box::new(policy))
}

fn text(summary: &RunSummary) -> String {
    let answers = &summary.document.answers;
    let mut text = format!(
        "{} tasks, {} answered ({} of them before), {} without an answer\n",
        summary.lines.len(),
        answers.answered,
        summary.n_resumed,
        answers.unanswered.len(),
    );
    for (id, error) in &answers.errors {
        let _ = writeln!(text, "  {id}: {}", error.message);
    }
    for level in [ScoreLevel::File, ScoreLevel::Function] {
        let Some(scores) = summary.document.scores.level(level) else {
            continue;
        };
        let _ = write!(text, "{:<8}", level.name());
        for metric in [
            Metric::Recall(1),
            Metric::Recall(5),
            Metric::Accuracy(5),
            Metric::ReciprocalRank,
            Metric::Ndcg(5),
        ] {
            if let Some(aggregate) = scores.aggregate_of(metric) {
                let _ = write!(text, "  {metric} {:.1}", aggregate.mean * 100.0);
            }
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "scorer {}, of {} tasks; everything else is in {}",
        summary.document.scorer.name,
        summary.document.tasks.count,
        summary.folder.report_markdown_file().display()
    );
    text
}

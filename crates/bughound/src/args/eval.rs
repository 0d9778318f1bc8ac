//! `bughound eval`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::score::scorer_names;
use super::{AgentArgs, EvalResolveArgs, RepoMapArgs, TaskFileArgs};

/// Let a policy answer a set of tasks, and say how good the answers are
#[derive(Debug, Args)]
#[command(after_help = "\
The run folder holds settings.toml, predictions.jsonl, ground-truth.json, metrics.json, report.md and report.html, \
and traces.jsonl.zst where the policy searches step by step (`--policy http`, or any with `--protocol`). \
An interrupted run is continued by the same command.")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct EvalArgs {
    #[command(subcommand)]
    pub(crate) command: Option<EvalCommand>,
    #[command(flatten)]
    pub(crate) run: Option<EvalRunArgs>,
}

/// What else is evaluated.
#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Say how many tasks predicted patches resolve
    Resolve(EvalResolveArgs),
}

/// A run over a set of tasks.
#[derive(Debug, Args)]
pub(crate) struct EvalRunArgs {
    #[command(flatten)]
    pub(crate) tasks: TaskFileArgs,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// The run folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Throw away what the run folder holds of an earlier run
    #[arg(long)]
    pub(crate) force: bool,
    /// What is right, as JSON {"instance_id": ["path::Qualified.name" or "path", ...]} [default: worked out
    /// from the patches of the tasks]
    #[arg(long, value_name = "FILE")]
    pub(crate) ground_truth: Option<PathBuf>,
    /// Whose definitions metrics.json follows; the report has all of them
    #[arg(long, value_name = "NAME", default_value = "path", value_parser = scorer_names())]
    pub(crate) scorer: String,
    /// Work on this many tasks at the same time; each holds an index in memory [default: the number of
    /// threads, at most 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) agent: AgentArgs,
}

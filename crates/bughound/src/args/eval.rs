//! `bughound eval`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::score::scorer_names;
use super::{AgentArgs, EvalResolveArgs, RepoMapArgs};

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
    /// The tasks: SWE-bench's JSON Lines or parquet
    // Optional for the subcommands alone, which want neither.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) tasks: Option<PathBuf>,
    /// The first N tasks alone
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// This task alone, by its instance_id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// Skip malformed lines of the tasks file, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// The run folder
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) out: Option<PathBuf>,
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

/// What else is evaluated.
#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Say how many tasks predicted patches resolve
    Resolve(EvalResolveArgs),
}

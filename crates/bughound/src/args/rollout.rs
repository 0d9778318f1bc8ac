//! `bughound rollout`, as typed.

use std::path::PathBuf;

use clap::Args;

use super::{AgentArgs, RepoMapArgs, TaskFileArgs};

/// Run many searches and keep their traces
#[derive(Debug, Args)]
#[command(after_help = "\
The folder holds settings.toml and traces.jsonl.zst, one trace per search, in the order of tasks and attempts; where \
a task has a patch, its trace has a reward. An interrupted run is continued by the same command; searches that ended \
by a fault are run again.

Example:
  bughound rollout --tasks tasks.jsonl --repos ~/mirrors --policy http --model qwen --base-url \
http://localhost:8000/v1 --temperature 1 --n 16 --concurrency 64 --out rollouts/qwen")]
pub(crate) struct RolloutArgs {
    #[command(flatten)]
    pub(crate) tasks: TaskFileArgs,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// Searches per task
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) n: u32,
    /// The folder of the run
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Throw away the traces that the folder holds
    #[arg(long)]
    pub(crate) force: bool,
    /// How many searches go on at the same time [default: the number of threads; 16 for a server]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) concurrency: Option<u16>,
    /// How often a search that ended by a fault is tried again at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) episode_retries: u32,
    /// Leave times out of the traces, so that equal searches have equal traces
    #[arg(long)]
    pub(crate) no_times: bool,
    #[command(flatten)]
    pub(crate) agent: AgentArgs,
}

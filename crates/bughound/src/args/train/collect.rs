//! `bughound train collect` and `train worlds`, as typed: what is made of tasks.

use std::path::PathBuf;

use clap::Args;

use crate::args::RepoMapArgs;

/// Which tasks something is made of, and where it goes.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes one file per project; projects whose file is there already are left alone, so an interrupted collection goes \
on where it was.")]
pub(crate) struct TrainCollectArgs {
    /// The tasks: SWE-bench's JSON Lines or parquet, or what `tasks mine` wrote; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) tasks: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// The folder for the files
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Tasks of this project alone, as owner/name; may be repeated
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) project: Vec<String>,
    /// The most tasks of one project, chosen by a hash of their ids [default: all]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) max_per_project: usize,
    /// Projects to work on at the same time [default: the number of threads]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

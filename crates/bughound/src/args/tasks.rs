//! `bughound tasks`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{RepoMapArgs, ReportFormat, TasksMineArgs};

/// Look over sets of tasks
#[derive(Debug, Args)]
pub(crate) struct TasksArgs {
    #[command(subcommand)]
    pub(crate) command: TasksCommand,
}

/// What to do with tasks.
#[derive(Debug, Subcommand)]
pub(crate) enum TasksCommand {
    /// Write tasks as JSON Lines, whatever file they come in
    Import(TasksImportArgs),
    /// Hold tasks against their repositories: the commit is there, the patch fits, there is something to
    /// find
    Check(TasksCheckArgs),
    /// Count tasks, what there is to find, and what can be reached
    Stats(TasksStatsArgs),
    /// Make tasks of repositories' histories: commits that fix something
    Mine(TasksMineArgs),
}

/// Write tasks as JSON Lines, whatever file they come in
#[derive(Debug, Args)]
pub(crate) struct TasksImportArgs {
    /// SWE-bench's parquet, JSON Lines, or a JSON array
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: TaskSelectionArgs,
}

/// Which tasks of a file.
#[derive(Debug, Args)]
pub(crate) struct TaskSelectionArgs {
    /// Tasks of this project alone, as owner/name; may be repeated
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) project: Vec<String>,
    /// This task alone, by its instance_id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N of them
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Skip malformed lines, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// Hold tasks against their repositories
#[derive(Debug, Args)]
pub(crate) struct TasksCheckArgs {
    /// The tasks
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    #[command(flatten)]
    pub(crate) selection: TaskSelectionArgs,
    /// Write what is to be found, as `score --ground-truth` reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) ground_truth: Option<PathBuf>,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Count tasks, what there is to find, and what can be reached
#[derive(Debug, Args)]
pub(crate) struct TasksStatsArgs {
    /// The tasks
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    #[command(flatten)]
    pub(crate) selection: TaskSelectionArgs,
    /// How to print the numbers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

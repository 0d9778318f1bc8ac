//! `bughound tasks`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    RepoMapArgs, ReportFormat, TasksCandidatesArgs, TasksClassesArgs, TasksMakeArgs, TasksMineArgs,
    TasksSplitArgs,
};

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
    /// Check that tasks can be believed: build tasks fail as they say and pass with their known fix, every time;
    /// issues' commits are there and their patches fit
    Check(TasksCheckArgs),
    /// Count tasks, what there is to find, and what can be reached
    Stats(TasksStatsArgs),
    /// Make tasks of repositories' histories: commits that fix something
    Mine(TasksMineArgs),
    /// Make build tasks of projects that are well: break them in small ways and keep what fails clearly
    Make(TasksMakeArgs),
    /// Divide a suite of build tasks by time
    Split(TasksSplitArgs),
    /// Say of which class the errors of a suite's build tasks are
    Classes(TasksClassesArgs),
    /// Try build tasks' candidate fixes, one validated attempt each, without a policy
    Candidates(TasksCandidatesArgs),
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
    /// This task alone, by its id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N of them
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Skip malformed lines, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// Check that tasks can be believed
///
/// A folder holds build tasks (each a folder with a task.toml), a file holds issues. A build task is run untouched and
/// with its known fix, in fresh sandboxes: it must fail for the reason that it states, and pass, every time. An issue's
/// commit must be there, its patch must fit, and there must be something to find.
#[derive(Debug, Args)]
pub(crate) struct TasksCheckArgs {
    /// A folder of build tasks, or a file of issues [default: the build tasks that come with bughound]
    #[arg(value_name = "SUITE|FILE")]
    pub(crate) suite: Option<PathBuf>,
    /// Build tasks: run each state N times
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: u32,
    /// Build tasks: refuse those whose validation takes longer; the simplified pipeline has 100
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_seconds: Option<f64>,
    /// Build tasks: those whose validation took at most this long in one run are run --repeat times, others 3 times
    #[arg(long, value_name = "SECONDS")]
    pub(crate) quick: Option<f64>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    #[command(flatten)]
    pub(crate) selection: TaskSelectionArgs,
    /// Issues: write what is to be found, as `score --ground-truth` reads it
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

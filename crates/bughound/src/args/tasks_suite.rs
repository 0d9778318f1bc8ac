//! `bughound tasks split` and `bughound tasks classes`, as typed.

use std::path::PathBuf;

use clap::Args;

use super::ReportFormat;

/// Divide a suite of build tasks by time: 80 % to learn from, 10 % to choose by, the newest 10 % to test on
#[derive(Debug, Args)]
pub(crate) struct TasksSplitArgs {
    /// A folder of tasks [default: the suite that is part of the program]
    #[arg(value_name = "SUITE")]
    pub(crate) suite: Option<PathBuf>,
    /// How to print the parts
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Say of which class the errors of a suite's build tasks are, by two rules
///
/// Tasks are prepared where they are not yet, which takes the network and some time.
#[derive(Debug, Args)]
pub(crate) struct TasksClassesArgs {
    /// A folder of tasks [default: the suite that is part of the program]
    #[arg(value_name = "SUITE")]
    pub(crate) suite: Option<PathBuf>,
    /// This task alone, by its id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N tasks
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How to print the classes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Try each build task's candidate fixes, one validated attempt each, without a policy
///
/// Candidates are the edits under `[[candidate]]` of a recipe, and moves to the versions that are at hand without a network
/// (`available`). Each goes through the simplified repair pipeline.
#[derive(Debug, Args)]
pub(crate) struct TasksCandidatesArgs {
    /// A folder of tasks [default: the suite that is part of the program]
    #[arg(value_name = "SUITE")]
    pub(crate) suite: Option<PathBuf>,
    /// This task alone, by its id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N tasks
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Append the traces to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How to print what became of them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

//! `bughound compare`, as typed.

use std::path::PathBuf;

use bughound_metrics::Metric;
use clap::Args;

use super::score::scorer_names;
use super::{RepoMapArgs, ReportFormat};

/// Tell whether two sets of predictions differ by more than luck
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The first predictions: a run folder or a file, as `score` takes them
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// The second predictions; differences are B - A
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// The tasks that count [default: those whose ground truth is known]
    #[arg(long, value_name = "FILE")]
    pub(crate) tasks: Option<PathBuf>,
    /// What is right [default: what the first run folder says, or worked out from the patches of the tasks]
    #[arg(long, value_name = "FILE")]
    pub(crate) ground_truth: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// Whose definitions
    #[arg(long, value_name = "NAME", default_value = "path", value_parser = scorer_names())]
    pub(crate) scorer: String,
    /// The level whose biggest differences are listed: file, class, function, ...
    #[arg(long, value_name = "LEVEL", default_value = "function")]
    pub(crate) level: String,
    /// The metric whose biggest differences are listed
    #[arg(long, value_name = "METRIC", default_value = "recall@5")]
    pub(crate) metric: Metric,
    /// How many differences to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) n: usize,
    /// Skip malformed lines, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// How to print the comparison
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

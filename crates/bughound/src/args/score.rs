//! `bughound score`, as typed.

use std::path::PathBuf;

use bughound_metrics::{Scorer, scorers};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{RepoMapArgs, ReportFormat};

/// Hold predictions, our own or others', against what is right
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Predictions: a run folder, a JSON Lines file of instance_id and ranked files, functions or
    /// locations, or the loc_outputs.jsonl of Agentless, CoSIL, RepoSearcher and LocAgent
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: PathBuf,
    /// The tasks that count: SWE-bench's JSON Lines or parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) tasks: PathBuf,
    /// What is right, as JSON {"instance_id": ["path::Qualified.name" or "path", ...]} [default: what the
    /// run folder says, or worked out from the patches of the tasks, which needs --repos or --repo-map]
    #[arg(long, value_name = "FILE")]
    pub(crate) ground_truth: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// Whose definitions
    #[arg(long, value_name = "NAME", default_value = "path", value_parser = scorer_names())]
    pub(crate) scorer: String,
    /// Skip malformed lines of both files, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// How to print the scores
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// The scorers that there are.
pub(super) fn scorer_names() -> PossibleValuesParser {
    PossibleValuesParser::new(scorers().map(Scorer::name))
}

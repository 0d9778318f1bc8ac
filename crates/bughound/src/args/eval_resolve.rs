//! `bughound eval resolve`, as typed.

use std::path::PathBuf;

use clap::Args;

use super::{RepoMapArgs, ReportFormat};

/// Say how many tasks predicted patches resolve: all FAIL_TO_PASS and PASS_TO_PASS pass
#[derive(Debug, Args)]
#[command(after_help = "\
Tasks are those of the testbed, whose tests are measured (untouched and with the known fix), or instances in SWE-bench's \
format, each with a folder DIR/INSTANCE_ID that says how it is built and tested (task.toml or base.toml).

Examples:
  bughound eval resolve --predictions gold --instance py-toolz-0.12.1-mutation-1
  bughound eval resolve my-tasks/ --predictions predictions.jsonl --out run/
  bughound eval resolve --dataset tasks.jsonl --recipes recipes/ --repos clones/ --predictions predictions.json")]
pub(crate) struct EvalResolveArgs {
    /// A folder of build tasks [default: those that come with bughound]
    #[arg(value_name = "SUITE", conflicts_with = "dataset")]
    pub(crate) suite: Option<PathBuf>,
    /// Predictions: instance_id, model_name_or_path and model_patch, as JSON Lines, a list or an object by instance_id; or
    /// `gold` for the known fixes, `empty` for none
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: PathBuf,
    /// Instances in SWE-bench's format: JSON Lines or parquet
    #[arg(long, value_name = "FILE", requires = "recipes")]
    pub(crate) dataset: Option<PathBuf>,
    /// Where each instance's folder lies
    #[arg(long, value_name = "DIR", requires = "dataset")]
    pub(crate) recipes: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// This task alone, by its id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N tasks
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Keep results in this folder; an interrupted run is continued by the same command
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// How to print the numbers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

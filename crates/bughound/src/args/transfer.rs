//! `bughound transfer`, as typed.

use std::path::PathBuf;

use bughound_pipeline::PIPELINES;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{AgentArgs, JudgeArgs, ReportFormat};

/// Run a policy through both repair pipelines, and say whether what it can do in one holds in the other
#[derive(Debug, Args)]
#[command(after_help = "\
Two controls always run beside it: `known-fix` makes the change that is known to be right and must get everything,
`no-op` changes nothing and must get nothing. `--policy hound` searches and repairs nothing: the controls run alone.

Example:
  bughound transfer --policy http --model qwen --base-url http://localhost:8000/v1 --attempts 5 --out transfer.jsonl.zst")]
pub(crate) struct TransferArgs {
    /// A folder of build tasks [default: those that come with bughound]
    #[arg(value_name = "SUITE")]
    pub(crate) suite: Option<PathBuf>,
    /// This task alone, by its id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// The first N tasks
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// This pipeline alone; may be repeated
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(PIPELINES.map(|pipeline| pipeline.name)))]
    pub(crate) pipeline: Vec<String>,
    /// Episodes of each task, policy and pipeline
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) attempts: u32,
    /// Leave the controls out
    #[arg(long)]
    pub(crate) no_controls: bool,
    /// Past fixes and pages that policies may ask for: a folder with fixes.jsonl and *.md
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Option<PathBuf>,
    /// Append the traces to this file. Judged episodes that it holds are not run again, so that the same command goes on
    /// where it was stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How to print the matrix
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) agent: AgentArgs,
}

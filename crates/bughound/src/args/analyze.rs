//! `bughound analyze`, as typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReportFormat;

/// Tell what a policy learnt
#[derive(Debug, Args)]
#[command(after_help = "\
Usage shares (how calls are spread over tools) and probabilities of transitions (what follows a tool) are different \
things; both are printed. Calls of a shell go by their programs. Estimates have their denominators and 95 % intervals, \
with tasks as clusters. What a call does is told from its text: a finding is a reason to look, no verdict. \
docs/analyze.md has definitions.

Examples:
  bughound analyze run
  bughound analyze after/ --against before/ --svg difference.svg
  bughound traces import trajs/ --report results.json --out theirs.jsonl.zst && bughound analyze theirs.jsonl.zst")]
pub(crate) struct AnalyzeArgs {
    /// Files of traces, or folders of runs
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Files of traces or folders of another run, to tell how the first differs from it; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Vec<PathBuf>,
    /// From which reward on an episode is a success
    #[arg(long, value_name = "REWARD", default_value_t = 1.0)]
    pub(crate) success: f64,
    /// Episodes that came out so alone
    #[arg(long, value_name = "OUTCOME", default_value = "all")]
    pub(crate) outcome: OutcomeChoice,
    /// The same for --against [default: that of --outcome]
    #[arg(long, value_name = "OUTCOME", requires = "against")]
    pub(crate) against_outcome: Option<OutcomeChoice>,
    /// The chance that a validation passes although it should not; may be repeated [default: 0.01, 0.05, 0.1]
    #[arg(long, value_name = "Q")]
    pub(crate) flake_rate: Vec<f64>,
    /// Draw the chain, or with --against how it differs, as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// States in the picture, and at most in the printed matrix; the others are put together
    #[arg(long, value_name = "N", default_value_t = 14)]
    pub(crate) states: usize,
    /// Findings to print of each detector; JSON has all
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) evidence: usize,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Which episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutcomeChoice {
    /// All of them
    All,
    /// Those with at least the reward of a success
    Success,
    /// Those with less
    Failure,
}

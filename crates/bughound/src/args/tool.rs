//! `bughound tool`, as typed.

use clap::Args;

use super::{RepoArgs, ReportFormat};

/// Run a tool of those that policies search with
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ToolArgs {
    /// The tool's name
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub(crate) name: Option<String>,
    /// Its arguments as `key=value`, or all of them as one JSON object
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) arguments: Vec<String>,
    /// List the tools with their arguments, and the sets in which policies get them
    #[arg(long, conflicts_with = "name")]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// How to print what it gives
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

const EXAMPLES: &str = "\
Examples:
  bughound tool --list
  bughound tool find_callers symbol=bulk_create
  bughound tool read_lines file=setup.py start=1 end=20 --rev v1.2";

//! `bughound search`, as typed.

use clap::Args;

use super::{RepoArgs, ReportFormat};

/// Search definitions by words
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words and identifiers; parts of identifiers count too (`bulk create` finds `bulk_create`)
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// How many definitions to print
    #[arg(short, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) k: u32,
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

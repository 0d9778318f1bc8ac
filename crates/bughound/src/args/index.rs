//! `bughound index`, as typed.

use clap::Args;

use super::RepoArgs;

/// Read a revision's sources into the cache, so that later commands start warm
#[derive(Debug, Args)]
pub(crate) struct IndexArgs {
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// Read the history into the cache too; else the first `locate` does
    #[arg(long)]
    pub(crate) history: bool,
    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: super::ReportFormat,
}

//! `bughound show`, as typed.

use clap::Args;

use super::{RepoArgs, ReportFormat};

/// Print the source of a definition
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// `path/to/file.py::Class.method`, `Class.method`, `method`, `path/to/file.py:311` for what is around
    /// a line, or `path/to/file.py` for an outline
    #[arg(value_name = "SYMBOL")]
    pub(crate) symbol: String,
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// Leave out callers, callees, types above and below, and tests
    #[arg(long)]
    pub(crate) no_relations: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

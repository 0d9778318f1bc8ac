//! `bughound doctor`, as typed.

use std::path::PathBuf;

use clap::Args;

use super::ReportFormat;

/// Check the installation, the cache and a repository
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The repository to check [default: the one around the current folder, if there is one]
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// A revision that should be there
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

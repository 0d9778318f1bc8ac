//! `bughound train words`, as typed.

use std::path::PathBuf;

use clap::Args;

/// Count how common words are in the statements of tasks
#[derive(Debug, Args)]
pub(crate) struct TrainWordsArgs {
    /// The tasks; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) tasks: Vec<PathBuf>,
    /// The file for the table
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

//! Which tasks of a file a run is about, as typed.

use std::path::PathBuf;

use clap::Args;

/// Which tasks of a file a run is about.
#[derive(Debug, Args)]
pub(crate) struct TaskFileArgs {
    /// The tasks: SWE-bench's JSON Lines or parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) tasks: PathBuf,
    /// The first N tasks alone
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// This task alone, by its instance_id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Vec<String>,
    /// Skip malformed lines of the tasks file, and count them
    #[arg(long)]
    pub(crate) keep_going: bool,
}

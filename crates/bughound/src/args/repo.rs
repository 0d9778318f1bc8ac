//! Which repository, at which revision.

use std::path::PathBuf;

use clap::Args;

/// Which repository, at which revision.
#[derive(Debug, Args)]
#[command(next_help_heading = "Repository")]
pub(crate) struct RepoArgs {
    /// The repository: a working directory, a folder below one, or a bare clone; or a folder that is none
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// A branch, a tag, a commit id or `HEAD~3` [default: the files of the working directory as they are
    /// now, or HEAD where there is none]
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
}

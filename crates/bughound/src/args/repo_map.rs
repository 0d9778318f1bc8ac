//! Where the repositories of tasks lie.

use std::path::PathBuf;

use clap::Args;

/// Where the repositories of tasks lie.
#[derive(Debug, Args)]
#[command(next_help_heading = "Repositories")]
pub(crate) struct RepoMapArgs {
    /// A folder of repositories, bare or not: `owner/name` is looked for at owner+name, owner__name,
    /// owner/name and name, each also with /repo or .git behind it; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) repos: Vec<PathBuf>,
    /// A TOML file of lines "owner/name" = "path", which go before the folders; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) repo_map: Vec<PathBuf>,
}

impl RepoMapArgs {
    /// Whether any repository was named.
    pub(crate) fn any(&self) -> bool {
        !self.repos.is_empty() || !self.repo_map.is_empty()
    }
}

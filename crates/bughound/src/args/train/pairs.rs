//! `bughound train pairs`, as typed.

use std::path::PathBuf;

use clap::Args;

use crate::args::RepoMapArgs;

/// Make pairs of words and code: what the encoder learns from
#[derive(Debug, Args)]
#[command(after_help = "\
Takes, of each project of the recipe: the mined fixes, the newest ordinary commits (message and changed functions), \
and documented functions.")]
pub(crate) struct TrainPairsArgs {
    /// The projects and their revisions
    #[arg(long, value_name = "FILE")]
    pub(crate) recipe: PathBuf,
    /// Mined tasks, whose statements stand in for the messages of their commits; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) tasks: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// The file for the pairs
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Ordinary commits of each project
    #[arg(long, value_name = "N", default_value_t = 3000)]
    pub(crate) max_commits: usize,
    /// Docstrings of each project
    #[arg(long, value_name = "N", default_value_t = 3000)]
    pub(crate) max_docstrings: usize,
}

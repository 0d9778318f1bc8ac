//! `bughound train`, as typed. One file per thing that is trained.

mod collect;

pub(crate) use collect::TrainCollectArgs;

use clap::{Args, Subcommand};

/// Train the built-in policy
#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    #[command(subcommand)]
    pub(crate) command: TrainCommand,
}

/// What to train.
#[derive(Debug, Subcommand)]
pub(crate) enum TrainCommand {
    /// Turn tasks into examples: the features of their candidates, and which of them the fix changes
    Collect(TrainCollectArgs),
}

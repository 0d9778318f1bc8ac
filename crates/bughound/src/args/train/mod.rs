//! `bughound train`, as typed. One file per thing that is trained.

mod collect;
mod navigation;

pub(crate) use collect::TrainCollectArgs;
pub(crate) use navigation::{
    LearnArgs, TrainAblationArgs, TrainGrpoArgs, TrainSftArgs, TrainWorldsArgs,
};

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
    /// Turn tasks into worlds: what a search in memory needs
    Worlds(TrainWorldsArgs),
    /// Train by imitation of searches that ended well
    Sft(TrainSftArgs),
    /// Train by reinforcement: groups of searches, each held against the others of its group
    Grpo(TrainGrpoArgs),
    /// Measure what each part of the training brings, on projects that it has not seen
    Ablation(TrainAblationArgs),
}

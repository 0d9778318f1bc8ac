//! `bughound train`, as typed. One file per thing that is trained.

mod collect;
mod encoder;
mod halves;
mod language;
mod measure;
mod navigation;
mod pairs;
mod scorer;
mod words;

pub(crate) use collect::TrainCollectArgs;
pub(crate) use encoder::TrainEncoderArgs;
pub(crate) use halves::EncoderHalvesArgs;
pub(crate) use language::{LanguageArgs, TrainInitArgs, TrainPlanArgs};
pub(crate) use measure::TrainMeasureArgs;
pub(crate) use navigation::{LearnArgs, TrainAblationArgs, TrainGrpoArgs, TrainSftArgs};
pub(crate) use pairs::TrainPairsArgs;
pub(crate) use scorer::TrainScorerArgs;
pub(crate) use words::TrainWordsArgs;

use clap::{Args, Subcommand};

/// Train the built-in policy, or a language model
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
    Worlds(TrainCollectArgs),
    /// Say what a recipe costs in memory and tokens
    Plan(TrainPlanArgs),
    /// Make a language model of random weights, with a tokenizer learnt from recorded episodes
    Init(TrainInitArgs),
    /// Train by imitation of searches that ended well: a language model, or the built-in policy that navigates
    Sft(Box<TrainSftArgs>),
    /// Train by reinforcement: groups of searches, each held against the others of its group
    Grpo(Box<TrainGrpoArgs>),
    /// Measure what each part of the training brings, on projects that it has not seen
    Ablation(TrainAblationArgs),
    /// Make pairs of words and code: what the encoder learns from
    Pairs(TrainPairsArgs),
    /// Train the dense encoder on pairs of words and code
    Encoder(TrainEncoderArgs),
    /// Measure what the encoder brings to the hand-weighted ranking
    MeasureEncoder(TrainMeasureArgs),
    /// Train the ranking network on examples
    Scorer(TrainScorerArgs),
    /// Count how common words are in the statements of tasks
    Words(TrainWordsArgs),
}

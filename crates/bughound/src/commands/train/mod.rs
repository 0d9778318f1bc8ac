//! `bughound train`: train the built-in policy, or a language model.

mod ablation;
mod collect;
mod encoder;
mod encoders;
mod language;
mod measure;
mod navigator;
mod pairs;
mod scorer;
mod words;

use crate::args::{TrainArgs, TrainCommand};
use crate::exit::Outcome;
use crate::settings::Settings;

/// Does what was asked.
pub(crate) fn run(args: &TrainArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.command {
        TrainCommand::Collect(args) => collect::run(args, settings),
        TrainCommand::Worlds(args) => collect::run_worlds(args, settings),
        TrainCommand::Plan(args) => language::run_plan(args, settings),
        TrainCommand::Init(args) => language::run_init(args, settings),
        TrainCommand::Sft(args) if args.learn.policy == "hound" => {
            navigator::run_sft(args, settings)
        }
        TrainCommand::Sft(args) => language::run_sft(args, settings),
        TrainCommand::Grpo(args) if args.learn.policy == "hound" => {
            navigator::run_grpo(args, settings)
        }
        TrainCommand::Grpo(args) => language::run_grpo(args, settings),
        TrainCommand::Ablation(args) => ablation::run(args, settings),
        TrainCommand::Pairs(args) => pairs::run(args, settings),
        TrainCommand::Encoder(args) => encoder::run(args, settings),
        TrainCommand::MeasureEncoder(args) => measure::run(args, settings),
        TrainCommand::Scorer(args) => scorer::run(args, settings),
        TrainCommand::Words(args) => words::run(args, settings),
    }
}

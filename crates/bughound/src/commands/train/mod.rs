//! `bughound train`: train the built-in policy.

mod collect;

use crate::args::{TrainArgs, TrainCommand};
use crate::exit::Outcome;
use crate::settings::Settings;

/// Does what was asked.
pub(crate) fn run(args: &TrainArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.command {
        TrainCommand::Collect(args) => collect::run(args, settings),
    }
}

//! The plan of every invocation.

use crate::args::{Cli, Command};
use crate::commands;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::interrupt;
use crate::settings::Settings;

/// Decides the settings, then does what was asked.
pub(crate) fn run(cli: Cli, environment: &Environment) -> anyhow::Result<Outcome> {
    let settings = Settings::resolve(&cli.global, environment)?;
    interrupt::install()?;
    settings.start_threads()?;
    match cli.command {
        Command::Locate(args) => commands::locate::run(&args, &settings),
        Command::Index(args) => commands::index::run(&args, &settings),
        Command::Show(args) => commands::show::run(&args, &settings),
        Command::Search(args) => commands::search::run(&args, &settings),
        Command::Tool(args) => commands::tool::run(&args, &settings),
        Command::Mcp(args) => commands::mcp::run(&args, &settings),
        Command::Doctor(args) => commands::doctor::run(&args, &settings),
        Command::Tasks(args) => commands::tasks::run(&args, &settings),
        Command::Eval(args) => commands::eval::run(&args, &settings),
        Command::Rollout(args) => commands::rollout::run(&args, &settings),
        Command::Repair(args) => commands::repair::run(&args, &settings),
        Command::Transfer(args) => commands::transfer::run(&args, &settings),
        Command::Score(args) => commands::score::run(&args, &settings),
        Command::Compare(args) => commands::compare::run(&args, &settings),
        Command::Traces(args) => commands::traces::run(&args, &settings),
        Command::Serve(args) => commands::serve::run(&args, &settings),
        Command::Train(args) => commands::train::run(&args, &settings),
        Command::Analyze(args) => commands::analyze::run(&args, &settings),
        Command::Attacks(args) => commands::attacks::run(&args, &settings),
        Command::Completions(args) => commands::completions::run(&args, &settings),
    }
}

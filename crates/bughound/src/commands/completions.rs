//! `bughound completions`: a completion script for a shell.

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::Outcome;
use crate::output;
use crate::settings::Settings;

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, _settings: &Settings) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "bughound", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Found)
}

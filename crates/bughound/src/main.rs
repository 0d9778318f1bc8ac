//! What did the user ask? Arguments as typed ([`args`]), then settings in which all is decided
//! ([`settings`]), then one call ([`commands`]).
//!
//! This is the only crate that reads the environment, the current directory and the clock, that prints, and
//! that decides about exit codes ([`exit`]).

mod args;
mod commands;
mod environment;
mod eval_progress;
mod exit;
mod interrupt;
mod output;
mod progress;
mod run;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = environment::Environment::read();
    match args::parse(&environment) {
        Ok(cli) => exit::report(run::run(cli, &environment), &environment),
        Err(usage) => exit::usage(&usage),
    }
}

//! `bughound mcp`: serve a repository to editors and agents, over the Model Context Protocol.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use bughound_core::Severity;
use bughound_repo::RepoError;
use bughound_serve::{Files, HTTP_PATH, Options, Stop, check_address, serve_http, serve_stdio};

use crate::args::McpArgs;
use crate::environment;
use crate::exit::{Failure, Outcome};
use crate::interrupt;
use crate::output;
use crate::settings::{Settings, Target};

/// Serves until the client is gone or the user ends it.
pub(crate) fn run(args: &McpArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let target = Target::resolve(&args.repo)?;
    if target.repo.is_none() {
        return Err(RepoError::NotARepository { path: target.root }.into());
    }
    let files = match (&target.rev, &target.repo) {
        (Some(rev), Some(repo)) => Files::Commit {
            commit: repo.resolve(rev)?,
            repo: repo.clone(),
        },
        _ => Files::Worktree(target.root.clone()),
    };
    let options = Options {
        files,
        store: settings.store.clone(),
        history: !args.no_history,
        scratch: scratch(&target, settings),
        now: environment::now,
        tell: tell(settings),
    };
    let stop = Stop::new();
    let stopping = stop.clone();
    let _graceful = interrupt::Flag::take_and_call(move || stopping.stop());
    match args.http {
        None => serve_stdio(options, &stop)?,
        Some(address) => {
            check_address(address, args.allow_remote).map_err(|refused| {
                Failure::usage(refused.to_string()).hint(
                    "listen at 127.0.0.1, and let others in through something that knows them (a reverse proxy, \
                     `ssh -L`); or pass --allow-remote",
                )
            })?;
            serve_http(options, address, &stop, |address| {
                announce(address, settings);
            })?;
        }
    }
    Ok(Outcome::Found)
}

/// The answer of a server is where it is.
fn announce(address: SocketAddr, settings: &Settings) {
    if let Err(error) = output::print(&format!("http://{address}{HTTP_PATH}\n")) {
        settings.warn(&error.to_string());
    }
}

/// The folder for temporary files, unless it lies in the very repository.
fn scratch(target: &Target, settings: &Settings) -> Option<PathBuf> {
    let temp_dir = settings.temp_dir.canonicalize().ok()?;
    (!temp_dir.starts_with(&target.root)).then_some(temp_dir)
}

fn tell(settings: &Settings) -> bughound_serve::Tell {
    let settings = settings.clone();
    Arc::new(move |severity, message| match severity {
        Severity::Note => settings.note(message),
        Severity::Warning => settings.warn(message),
    })
}

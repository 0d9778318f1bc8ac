//! One file per subcommand, with one `run` each.

pub(crate) mod analyze;
pub(crate) mod attacks;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod index;
pub(crate) mod locate;
pub(crate) mod mcp;
pub(crate) mod repair;
pub(crate) mod rollout;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod tasks;
pub(crate) mod tool;
pub(crate) mod traces;
pub(crate) mod train;
pub(crate) mod transfer;

use std::path::Path;

use bughound_eval::{Selection, TasksFile};
use bughound_tasks::{Finding, OnMalformed};

use crate::args::TaskFileArgs;
use crate::settings::Settings;

/// What `--keep-going` means.
fn on_malformed(keep_going: bool) -> OnMalformed {
    if keep_going {
        OnMalformed::Skip
    } else {
        OnMalformed::Stop
    }
}

/// The tasks of a file, and which of them are meant. Warns of what was wrong with its entries.
///
/// # Errors
/// Where the file cannot be read.
fn tasks_of(args: &TaskFileArgs, settings: &Settings) -> anyhow::Result<(TasksFile, Selection)> {
    let file = TasksFile::read(&args.tasks, on_malformed(args.keep_going))?;
    warn_of(settings, &args.tasks, &file.findings);
    let selection = Selection {
        instances: args.instance.clone(),
        limit: args.limit,
    };
    Ok((file, selection))
}

/// Warns of what was wrong with a file.
fn warn_of(settings: &Settings, file: &Path, findings: &[Finding]) {
    for finding in findings {
        settings.warn(&format!("{}: {finding}", file.display()));
    }
}

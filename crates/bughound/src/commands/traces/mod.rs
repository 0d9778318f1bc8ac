//! `bughound traces`: look at recorded episodes.

mod diff;
mod export;
mod import;
mod show;
mod stats;

use std::path::Path;

use bughound_trace::{Trace, TraceError, TraceReader};

use crate::args::{TracesArgs, TracesCommand};
use crate::exit::{Failure, Outcome};
use crate::settings::Settings;

/// Does what was asked.
pub(crate) fn run(args: &TracesArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.command {
        TracesCommand::Show(args) => show::run(args, settings),
        TracesCommand::Stats(args) => stats::run(args, settings),
        TracesCommand::Diff(args) => diff::run(args, settings),
        TracesCommand::Export(args) => export::run(args, settings),
        TracesCommand::Import(args) => import::run(args, settings),
    }
}

/// Calls `each` with every trace of a file, and warns of what else the file holds.
pub(crate) fn read_traces(
    path: &Path,
    settings: &Settings,
    mut each: impl FnMut(Trace) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut reader = TraceReader::open(path).map_err(with_hint)?;
    let spinner = settings
        .progress
        .spinner(format!("Reading {}", path.display()));
    for trace in reader.by_ref() {
        each(trace.map_err(with_hint)?)?;
    }
    drop(spinner);
    warn_of(&reader, settings);
    Ok(())
}

/// Warns of what was wrong with a file so far.
fn warn_of(reader: &TraceReader, settings: &Settings) {
    const MOST: usize = 5;
    let findings = reader.findings();
    for finding in findings.iter().take(MOST) {
        settings.warn(&format!("{}: {finding}", reader.path().display()));
    }
    if findings.len() > MOST {
        let more = findings.len() - MOST;
        settings.warn(&format!(
            "{}: {more} more like these",
            reader.path().display()
        ));
    }
}

/// Says where a file that holds no traces may belong.
fn with_hint(error: TraceError) -> anyhow::Error {
    match &error {
        TraceError::NotTraces { .. } => Failure::bad_input(error.to_string())
            .hint("`bughound traces import` turns logs of other agents into traces")
            .into(),
        _ => error.into(),
    }
}

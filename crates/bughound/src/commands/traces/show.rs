//! `bughound traces show`: read one episode.

use bughound_trace::{Trace, TraceReader};

use super::{warn_of, with_hint};
use crate::args::{ReportFormat, TracesShowArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::output::traces::episode_text;
use crate::settings::Settings;

/// Finds the episode and prints it.
pub(super) fn run(args: &TracesShowArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut reader = TraceReader::open(&args.file).map_err(with_hint)?;
    let nth = args.nth.unwrap_or(1);
    let mut n_read = 0;
    let mut found = None;
    for trace in reader.by_ref() {
        let trace = trace.map_err(with_hint)?;
        n_read += 1;
        let is_it = match &args.id {
            Some(id) => trace.id() == *id || trace.task.instance_id == *id,
            None => n_read == nth,
        };
        if is_it {
            found = Some(trace);
            break;
        }
    }
    warn_of(&reader, settings);
    let Some(trace) = found else {
        return missing(args, n_read);
    };
    match args.format {
        ReportFormat::Json => output::print_json(&trace)?,
        ReportFormat::Text => output::print(&episode_text(&trace, args.full, settings.stdout))?,
    }
    if args.id.is_none() && args.nth.is_none() && args.format == ReportFormat::Text {
        note_more(reader, &trace, settings);
    }
    Ok(Outcome::Found)
}

fn missing(args: &TracesShowArgs, n_read: u64) -> anyhow::Result<Outcome> {
    let file = args.file.display();
    let failure = match (&args.id, n_read) {
        (_, 0) => Failure::bad_input(format!("{file} holds no trace")),
        (Some(id), _) => Failure::bad_input(format!(
            "none of the {n_read} traces of {file} has the id `{id}`"
        ))
        .hint("ids are INSTANCE#ATTEMPT; `--nth 1` shows the first trace with its id"),
        (None, _) => Failure::bad_input(format!("{file} holds {n_read} traces only")),
    };
    Err(failure.into())
}

fn note_more(mut reader: TraceReader, shown: &Trace, settings: &Settings) {
    // Whatever is wrong further on is no matter of this trace.
    if let Ok(Some(next)) = reader.next_head() {
        settings.note(&format!(
            "this is {}, the first of several: --nth 2 shows {}",
            shown.id(),
            next.id()
        ));
    }
}

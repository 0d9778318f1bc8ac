//! `bughound traces stats`: many episodes in numbers.

use bughound_metrics::BootstrapSettings;
use bughound_trace::TraceStats;

use super::read_traces;
use crate::args::{ReportFormat, TracesStatsArgs};
use crate::exit::Outcome;
use crate::output;
use crate::output::traces::stats_text;
use crate::settings::Settings;

/// Counts, and prints.
pub(super) fn run(args: &TracesStatsArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut stats = TraceStats::default();
    for file in &args.files {
        read_traces(file, settings, |trace| {
            stats.add(&trace);
            Ok(())
        })?;
    }
    let document = stats.document(&BootstrapSettings::default());
    match args.format {
        ReportFormat::Json => output::print_json(&document)?,
        ReportFormat::Text => output::print(&stats_text(&document, settings.stdout))?,
    }
    Ok(if stats.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Found
    })
}

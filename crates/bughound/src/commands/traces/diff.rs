//! `bughound traces diff`: tell which episodes of two files differ.

use std::collections::BTreeMap;
use std::path::Path;

use bughound_trace::{TraceDigest, diff_traces};
use serde_json::json;

use super::read_traces;
use crate::args::{ReportFormat, TracesDiffArgs};
use crate::exit::Outcome;
use crate::output;
use crate::output::traces::diff_text;
use crate::settings::Settings;

/// Compares, and prints what differs.
pub(super) fn run(args: &TracesDiffArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let digests = |file: &Path| -> anyhow::Result<BTreeMap<String, TraceDigest>> {
        let mut digests = BTreeMap::new();
        read_traces(file, settings, |trace| {
            digests.insert(trace.id(), TraceDigest::of(&trace));
            Ok(())
        })?;
        Ok(digests)
    };
    let diff = diff_traces(&digests(&args.a)?, &digests(&args.b)?);
    match args.format {
        ReportFormat::Json => {
            let mut document = json!({"format": "bughound-trace-diff/1"});
            if let (Some(into), serde_json::Value::Object(fields)) =
                (document.as_object_mut(), serde_json::to_value(&diff)?)
            {
                into.extend(fields);
            }
            output::print_json(&document)?;
        }
        ReportFormat::Text => output::print(&diff_text(&diff, args.n, settings.stdout))?,
    }
    Ok(if diff.is_empty() {
        Outcome::Found
    } else {
        Outcome::Differs
    })
}

//! Others' logs as traces, so that they can be looked at with our tools.
//!
//! One file per format. What a format says and a trace has no place for is kept in [`Trace::extra`]: fields of
//! the log under their own names, fields of single messages under `messages` by the message's number from 0,
//! declarations of tools under `tools`, and under `calls_in_text` the numbers of the messages whose calls were
//! read out of their texts, where they still stand. Values that look like keys to a server are not kept.

mod content;
mod conversation;
mod end_status;
mod mini_swe_agent;
mod openai;
mod patch_files;
mod record;
mod report;
mod secrets;
mod swe_agent;
mod tau_bench;
mod text_calls;

use std::path::Path;

use serde_json::Value;

use crate::{Trace, TraceError};

pub use report::ResolvedReport;

/// A format of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportFormat {
    /// mini-swe-agent's `*.traj.json`.
    MiniSweAgent,
    /// SWE-agent's `*.traj`.
    SweAgent,
    /// tau-bench's results.
    TauBench,
    /// Conversations in the terms of OpenAI-compatible servers, or with `from` and `value`.
    OpenAi,
}

impl ImportFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [
        Self::MiniSweAgent,
        Self::SweAgent,
        Self::TauBench,
        Self::OpenAi,
    ];

    /// The word for it on the command line and in [`Trace::protocol`].
    pub fn name(self) -> &'static str {
        match self {
            Self::MiniSweAgent => "mini-swe-agent",
            Self::SweAgent => "swe-agent",
            Self::TauBench => "tau-bench",
            Self::OpenAi => "openai",
        }
    }
}

/// Something in a log that is no episode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{problem}", place = place.as_ref().map_or(String::new(), |place| format!("{place}: ")))]
pub struct ImportProblem {
    /// Which line or entry of the file; absent for the whole file.
    pub place: Option<String>,
    /// What is wrong.
    pub problem: String,
}

/// Reads the episodes of one log: traces, or what is wrong, entry by entry. Without a format it is told from
/// the log's fields.
///
/// Attempts are not numbered: all are 0.
///
/// # Errors
/// [`TraceError::Io`] where the file cannot be read.
pub fn import_file(
    path: &Path,
    format: Option<ImportFormat>,
) -> Result<Vec<Result<Trace, ImportProblem>>, TraceError> {
    let bytes = std::fs::read(path).map_err(TraceError::io("read", path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = ["traj.json", "json", "jsonl", "traj"]
        .iter()
        .find_map(|extension| name.strip_suffix(&format!(".{extension}")))
        .unwrap_or(&name);
    Ok(import(&bytes, stem, format))
}

/// [`import_file`] of a log's bytes. `stem` names episodes that have no name of their own.
pub fn import(
    bytes: &[u8],
    stem: &str,
    format: Option<ImportFormat>,
) -> Vec<Result<Trace, ImportProblem>> {
    let entries = match entries(bytes) {
        Ok(entries) => entries,
        Err(problem) => return vec![Err(problem)],
    };
    let several = entries.len() > 1;
    let import = |(at, (place, entry)): (usize, Entry)| {
        let stem = if several {
            format!("{stem}-{at}")
        } else {
            stem.to_owned()
        };
        entry
            .and_then(|value| import_value(value, &stem, format))
            .map_err(|problem| ImportProblem {
                place: several.then_some(place),
                problem,
            })
    };
    entries.into_iter().enumerate().map(import).collect()
}

fn import_value(value: Value, stem: &str, format: Option<ImportFormat>) -> Result<Trace, String> {
    let Some(format) = format.or_else(|| detect(&value)) else {
        return Err(format!(
            "neither a trajectory of mini-swe-agent or SWE-agent nor a result of tau-bench nor a conversation: {}",
            what_it_is(&value)
        ));
    };
    match format {
        ImportFormat::MiniSweAgent => mini_swe_agent::import(value, stem),
        ImportFormat::SweAgent => swe_agent::import(value, stem),
        ImportFormat::TauBench => tau_bench::import(value),
        ImportFormat::OpenAi => openai::import(value, stem),
    }
}

fn detect(value: &Value) -> Option<ImportFormat> {
    if mini_swe_agent::is_like(value) {
        Some(ImportFormat::MiniSweAgent)
    } else if swe_agent::is_like(value) {
        Some(ImportFormat::SweAgent)
    } else if tau_bench::is_like(value) {
        Some(ImportFormat::TauBench)
    } else if openai::is_like(value) {
        Some(ImportFormat::OpenAi)
    } else {
        None
    }
}

type Entry = (String, Result<Value, String>);

/// A JSON document, the entries of an array of documents, or the lines of JSON Lines.
fn entries(bytes: &[u8]) -> Result<Vec<Entry>, ImportProblem> {
    let whole = |problem: String| ImportProblem {
        place: None,
        problem,
    };
    if bytes.trim_ascii().is_empty() {
        return Err(whole("the file is empty".to_owned()));
    }
    let error = match serde_json::from_slice::<Value>(bytes) {
        // A list of messages is one conversation; any other list is one of logs.
        Ok(Value::Array(items)) if !openai::is_conversation(&items) => {
            if items.is_empty() {
                return Err(whole("it holds an empty list".to_owned()));
            }
            let entry = |(at, item)| (format!("entry {}", at + 1), Ok(item));
            return Ok(items.into_iter().enumerate().map(entry).collect());
        }
        Ok(value) => return Ok(vec![("entry 1".to_owned(), Ok(value))]),
        Err(error) => error,
    };
    let lines: Vec<(usize, &[u8])> = bytes
        .split(|&byte| byte == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .collect();
    let read =
        |line: &[u8]| serde_json::from_slice::<Value>(line).map_err(|e| format!("not JSON: {e}"));
    if lines.len() < 2 || read(lines[0].1).is_err() {
        return Err(whole(format!("neither JSON nor JSON Lines: {error}")));
    }
    let entry = |(at, line)| (format!("line {}", at + 1), read(line));
    Ok(lines.into_iter().map(entry).collect())
}

fn what_it_is(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let names: Vec<String> = fields
                .keys()
                .take(6)
                .map(|key| format!("`{key}`"))
                .collect();
            if names.is_empty() {
                "an empty object".to_owned()
            } else {
                format!("an object with the fields {}", names.join(", "))
            }
        }
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        _ => "a single value".to_owned(),
    }
}

//! The tool `locate`: ranks the places that must probably change to resolve an issue.

use std::fmt::Write;
use std::time::Instant;

use bughound_core::{Level, Location, SymbolKind};
use bughound_hound::Context;
use bughound_index::HistoryIndex;
use bughound_tools::{arguments_schema, read_arguments};
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::tools::{fault, object, text, told_result};
use crate::workspace::Workspace;
use crate::{LocateDocument, Milliseconds, why_nothing};

/// The tool.
pub(super) struct Locate;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The issue: its title on the first line, then all of its text, stack traces and messages included.
    issue: String,
    /// How many places, at most 100; 10 where it is left out.
    limit: Option<u32>,
    /// How finely the answer is cut: whole files, classes, or functions (methods and types among them).
    /// Function where it is left out.
    level: Option<Cut>,
    /// How the text of the answer is written: text, or the JSON that is its structured content too. Text
    /// where it is left out.
    format: Option<Format>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Cut {
    File,
    Class,
    Function,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    Text,
    Json,
}

/// Places where no number is given, and at most.
const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 100;

/// Reasons that the text gives for a place.
const N_REASONS: usize = 4;

impl Locate {
    pub(super) const NAME: &'static str = "locate";

    pub(super) const DESCRIPTION: &'static str = "Ranks the functions, classes or files that must probably change to \
         resolve an issue, with reasons. Give it the issue as it was written.";

    pub(super) fn arguments_schema() -> Value {
        arguments_schema::<Arguments>()
    }

    pub(super) fn output_schema() -> JsonObject {
        object(LocateDocument::schema())
    }
}

/// Reads the arguments, waits for the index, ranks.
pub(super) fn run(workspace: &Workspace, arguments: &Value) -> Result<CallToolResult, ErrorData> {
    let arguments: Arguments = match read_arguments(Locate::NAME, arguments) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(told_result(&error.to_string())),
    };
    if arguments.issue.trim().is_empty() {
        let message = "The issue is empty. Give its title and text.";
        return Ok(told_result(message));
    }
    let level = match arguments.level {
        Some(Cut::File) => Level::File,
        Some(Cut::Class) => Level::Class,
        Some(Cut::Function) | None => Level::Function,
    };
    let limit = arguments.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize;

    let started = Instant::now();
    let view = workspace.view().map_err(fault)?;
    let indexed = started.elapsed();
    let history = workspace.history(&view);
    let history_read = started.elapsed();
    let context = Context {
        history: history.as_deref(),
        ..Context::default()
    };
    let answer = bughound_hound::locate(&view.index, &arguments.issue, &context);
    let locations = answer.locations(&view.index, level, limit);
    let total = started.elapsed();

    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1000.0;
    let document = LocateDocument::new(
        workspace.options().files.root(),
        &view.index,
        level,
        &locations,
        history.as_deref().map_or(0, HistoryIndex::n_commits),
        Milliseconds {
            index: ms(indexed),
            history: ms(history_read - indexed),
            locate: ms(total - history_read),
            total: ms(total),
        },
    );
    // By way of the text: as values of their own, scores would get digits that the command does not print.
    let json = serde_json::to_string(&document).map_err(fault)?;
    let structured = serde_json::from_str(&json).map_err(fault)?;
    let content = match arguments.format {
        Some(Format::Json) => ContentBlock::text(json),
        _ if locations.is_empty() => text(&format!("{}.", why_nothing(&view.index))),
        _ => text(&render(&locations)),
    };
    let mut result = CallToolResult::success(vec![content]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// The places, for a model.
fn render(locations: &[Location]) -> String {
    let mut out = String::new();
    for (rank, location) in (1..).zip(locations) {
        let id = match &location.qualified_name {
            Some(name) => format!("{}::{name}", location.path),
            None => location.path.to_string(),
        };
        let kind = location.kind.map_or("file", SymbolKind::name);
        let lines = location
            .lines
            .map(|lines| format!(", lines {}-{}", lines.start, lines.end))
            .unwrap_or_default();
        // A place is one line, whatever its name holds.
        let score = match location.probability {
            Some(probability) => format!("probability {probability:.2}"),
            None => format!("score {:.2}", location.score),
        };
        let heading = format!("{rank}. {id} ({kind}{lines}), {score}");
        let _ = writeln!(out, "{}", heading.replace(['\n', '\r'], " "));
        for reason in location.reasons.iter().take(N_REASONS) {
            let _ = writeln!(out, "   - {}", reason.text.replace(['\n', '\r'], " "));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use bughound_core::{LineSpan, Reason, RepoPath};

    use super::*;

    #[test]
    fn the_text_gives_ids_lines_and_reasons() {
        let location = Location {
            path: RepoPath::from("pkg/a\nfile.py"),
            qualified_name: Some("Reader.load".to_owned()),
            kind: Some(SymbolKind::Method),
            lines: Some(LineSpan::new(2, 5)),
            score: 2.0,
            probability: None,
            reasons: vec![Reason {
                feature: "traceback".to_owned(),
                text: "a traceback frame\nis at line 4".to_owned(),
                contribution: 1.25,
            }],
        };
        let file = Location {
            path: RepoPath::from("pkg/b.py"),
            qualified_name: None,
            kind: None,
            lines: None,
            score: 0.5,
            probability: None,
            reasons: Vec::new(),
        };
        insta::assert_snapshot!(render(&[location, file]), @"
        1. pkg/a file.py::Reader.load (method, lines 2-5), score 2.00
           - a traceback frame is at line 4
        2. pkg/b.py (file), score 0.50
        ");
    }

    #[test]
    fn the_schema_is_small() {
        insta::assert_snapshot!(Locate::arguments_schema(), @r#"{"type":"object","additionalProperties":false,"properties":{"issue":{"type":"string","description":"The issue: its title on the first line, then all of its text, stack traces and messages included."},"limit":{"type":["integer","null"],"description":"How many places, at most 100; 10 where it is left out.","minimum":0},"level":{"type":["string","null"],"enum":["file","class","function",null],"description":"How finely the answer is cut: whole files, classes, or functions (methods and types among them). Function where it is left out."},"format":{"type":["string","null"],"enum":["text","json",null],"description":"How the text of the answer is written: text, or the JSON that is its structured content too. Text where it is left out."}},"required":["issue"]}"#);
    }
}

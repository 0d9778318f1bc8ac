//! `read_lines`: lines of any text file, with their numbers.

use bughound_core::{LineSpan, SymbolId};
use bughound_repo::EntryKind;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup};

/// Lines that are shown where no end is given.
const DEFAULT_LINES: u32 = 200;

/// Shows lines of a file, source or not, each with its number, and names the definition that they lie in.
pub(crate) struct ReadLines;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file: String,
    /// First line, from 1; 1 where it is left out.
    start: Option<u32>,
    /// Last line; 200 lines are shown where it is left out.
    end: Option<u32>,
}

impl TypedTool for ReadLines {
    type Arguments = Arguments;

    const NAME: &'static str = "read_lines";

    const DESCRIPTION: &'static str =
        "Shows lines of a file with their numbers. Works for any text file.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let path = arguments.file.trim().trim_start_matches("./");
        let source = match lookup::file(context, path) {
            Ok(file) => Some(file),
            Err(miss) if index.snapshot().entry(path).is_none() => return Err(miss),
            Err(_) => None,
        };
        let (path, text) = match source {
            Some(file) => (
                index.file(file).path().as_str(),
                context.text(Self::NAME, file)?,
            ),
            None => (path, other_text(context, path)?.into()),
        };
        let n_lines = match source {
            Some(file) => index.file(file).record().n_lines(),
            None => u32::try_from(text.lines().count()).unwrap_or(u32::MAX),
        };
        let start = arguments.start.unwrap_or(1).max(1);
        let end = arguments
            .end
            .unwrap_or(start.saturating_add(DEFAULT_LINES - 1))
            .min(n_lines);
        if n_lines == 0 {
            return Ok(ToolOutput {
                text: format!("{path} is empty."),
                ..ToolOutput::default()
            });
        }
        if start > n_lines {
            let problem = format!("{path} has {n_lines} lines; line {start} lies behind its end");
            return Err(ToolError::miss(problem, Vec::new()));
        }
        if start > end {
            return Err(ToolError::miss(
                format!("Line {end} lies before line {start}"),
                Vec::new(),
            ));
        }
        let span = LineSpan::new(start, end);
        let around = source
            .and_then(|file| index.symbol_at(file, start))
            .map(|idx| index.symbol(idx));
        let mut page = Page::new(context.budget());
        let within = around.map_or_else(String::new, |symbol| {
            format!(", in {}", symbol.qualified_name())
        });
        page.line(&format!(
            "{path} (lines {start}-{end} of {n_lines}{within})"
        ));
        let width = end.to_string().len();
        for (number, line) in (start..).zip(bughound_index::lines_of(&text, span).split('\n')) {
            page.line(&format!("{number:>width$}  {line}"));
        }
        let mut output = page.finish();
        output.shown = vec![match around {
            Some(symbol) => symbol.id(),
            None => SymbolId::file(path.into()),
        }];
        Ok(output)
    }
}

/// The text of a file that is not in the index.
fn other_text(context: &ToolContext, path: &str) -> Result<String, ToolError> {
    let snapshot = context.index().snapshot();
    let entry = snapshot
        .entry(path)
        .ok_or_else(|| ToolError::miss(format!("There is no file `{path}`"), Vec::new()))?;
    if entry.kind == EntryKind::Submodule {
        let problem = format!("`{path}` is another repository (a submodule) and is not here");
        return Err(ToolError::miss(problem, Vec::new()));
    }
    let mut bytes = Vec::new();
    if let Err(error) = snapshot.reader().read(entry, &mut bytes) {
        return Err(ToolError::Fault {
            tool: ReadLines::NAME,
            reason: format!("{path}: {error}"),
        });
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(8000)]).is_some() {
        return Err(ToolError::miss(
            format!("`{path}` is binary ({} bytes)", bytes.len()),
            Vec::new(),
        ));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

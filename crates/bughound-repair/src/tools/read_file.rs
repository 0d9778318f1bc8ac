//! `read_file`: a file, or lines of it.

use bughound_tools::{Page, ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::files;
use crate::Workbench;
use crate::paths::file_in_project;

/// Shows a file with the numbers of its lines.
pub(crate) struct ReadFile;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the project's folder.
    file: String,
    /// First line, from 1; 1 where it is left out.
    start: Option<usize>,
    /// Last line; the last of the file where it is left out.
    end: Option<usize>,
}

impl TypedTool<Workbench> for ReadFile {
    type Arguments = Arguments;

    const NAME: &'static str = "read_file";

    const DESCRIPTION: &'static str = "Shows a file, or some lines of it, with their numbers.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let path = file_in_project(&arguments.file)?;
        let text = files::text(workbench, &mut workbench.lock(), Self::NAME, &path)?;
        let lines: Vec<&str> = text.lines().collect();
        let n_lines = lines.len();
        if n_lines == 0 {
            return Ok(ToolOutput {
                text: format!("{path} is empty."),
                ..ToolOutput::default()
            });
        }
        let start = arguments.start.unwrap_or(1).max(1);
        let end = arguments.end.unwrap_or(n_lines).min(n_lines);
        if start > n_lines || start > end {
            let problem = format!("{path} has {n_lines} lines; {start} to {end} are none of them");
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let mut page = Page::new(workbench.budget());
        page.line(&format!("{path} (lines {start}-{end} of {n_lines})"));
        let width = end.to_string().len();
        for (number, line) in (start..=end).zip(&lines[start - 1..end]) {
            page.line(&format!("{number:>width$}  {line}"));
        }
        Ok(page.finish())
    }
}

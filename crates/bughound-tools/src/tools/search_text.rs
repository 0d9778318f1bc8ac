//! `search_text`: lines that hold a text or match a pattern.

use bughound_index::{FileIdx, FileRole, SearchScope, TextPattern};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{Told, ToolContext, ToolError, ToolOutput, TypedTool, glob, show};

/// Lists the lines of source files that hold a text or match a regular expression, product code first,
/// each with its number and the definition around it.
pub(crate) struct SearchText;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// What to look for.
    text: String,
    /// Whether `text` is a regular expression (of Rust's regex crate: no look-around, no back-references),
    /// matched line by line.
    #[serde(default)]
    regex: bool,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    ignore_case: bool,
    /// Only these files: a path, the end of one, a folder, or a pattern such as `django/**/*.py`.
    files: Option<String>,
}

impl TypedTool for SearchText {
    type Arguments = Arguments;

    const NAME: &'static str = "search_text";

    const DESCRIPTION: &'static str =
        "Lists the lines of the source files that contain a text, or match a regular expression.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        if arguments.text.is_empty() {
            return Err(wrong(
                "there is nothing to look for in an empty text".to_owned(),
            ));
        }
        let filter = arguments.files.unwrap_or_default();
        let mut files: Vec<FileIdx> = index
            .file_idxs()
            .filter(|&file| {
                filter.is_empty() || glob::passes(index.file(file).path().as_str(), &filter)
            })
            .collect();
        if files.is_empty() {
            return Err(ToolError::miss(
                format!("No source file fits `{filter}`"),
                Vec::new(),
            ));
        }
        files.sort_by_key(|&file| (role_order(index.file(file).role()), file));
        let pattern = if arguments.regex {
            TextPattern::Regex {
                pattern: arguments.text.clone(),
                ignore_case: arguments.ignore_case,
            }
        } else {
            TextPattern::Literal {
                text: arguments.text.clone(),
                ignore_case: arguments.ignore_case,
            }
        };
        let budget = context.budget();
        let found = index
            .search_text(&pattern, SearchScope::Sources(&files), budget.max_lines)
            .map_err(|error| wrong(error.to_string()))?;
        if found.n_unreadable > 0 {
            return Err(ToolError::Fault {
                tool: Self::NAME,
                reason: format!(
                    "{} can no longer be read from the repository",
                    show::count(found.n_unreadable, "file")
                ),
            });
        }
        let place = if filter.is_empty() {
            String::new()
        } else {
            format!(" in {filter}")
        };
        if found.n_lines == 0 {
            return Ok(ToolOutput {
                text: format!("No line holds `{}`{place}.", arguments.text),
                ..ToolOutput::default()
            });
        }
        let mut page = Page::new(budget);
        page.line(&format!(
            "{} in {}{place}:",
            show::count(found.n_lines, "line"),
            show::count(found.n_files, "file")
        ));
        let (mut n_files, mut last) = (0, None);
        for hit in &found.matches {
            if hit.file != last {
                page.line(hit.path.as_str());
                (n_files, last) = (n_files + 1, hit.file);
            }
            let number = hit.line;
            let within = hit.file.and_then(|file| index.symbol_at(file, number));
            let within = within.map(|idx| index.symbol(idx).qualified_name());
            match within {
                Some(name) => page.line(&format!("  {number} ({name}): {}", hit.text.trim())),
                None => page.line(&format!("  {number}: {}", hit.text.trim())),
            }
        }
        page.leave_out(found.n_lines - found.matches.len() + found.n_files - n_files);
        Ok(page.finish())
    }
}

fn role_order(role: FileRole) -> u8 {
    match role {
        FileRole::Source => 0,
        FileRole::Support => 1,
        FileRole::Vendored => 2,
        FileRole::Test => 3,
    }
}

fn wrong(problem: String) -> ToolError {
    let usage = "search_text(text: string, regex?: boolean, ignore_case?: boolean, files?: string)"
        .to_owned();
    ToolError::Told(Told::WrongArguments {
        tool: SearchText::NAME,
        problem,
        usage,
    })
}

//! `get_imports_of_file`: what a file imports, and from where.

use bughound_core::Language;
use bughound_index::ImportStatement;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup};

/// Lists the imports of a file, in source order, with the files of this repository that they bring in.
pub(crate) struct GetImportsOfFile;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file: String,
}

impl TypedTool for GetImportsOfFile {
    type Arguments = Arguments;

    const NAME: &'static str = "get_imports_of_file";

    const DESCRIPTION: &'static str = "Lists the imports of a file, and for those from this repository the files that they bring in.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let file = lookup::file(context, &arguments.file)?;
        let source = index.file(file);
        let n_imports = source.record().imports().len();
        if n_imports == 0 {
            return Ok(ToolOutput {
                text: format!("{} imports nothing.", source.path()),
                ..ToolOutput::default()
            });
        }
        let text = match source.language() {
            Language::Python => None,
            _ => Some(context.text(Self::NAME, file)?),
        };
        let edges = index.imports().imports_of(file);
        let mut page = Page::new(context.budget());
        page.line(&format!("{} imports:", source.path()));
        let mut last = None;
        for import in source.record().imports() {
            let statement = match &text {
                None => python(&import),
                Some(text) => {
                    bughound_index::lines_of(text, bughound_core::LineSpan::line(import.line))
                        .trim()
                        .to_owned()
                }
            };
            // A statement of several modules is several imports on one line.
            if last.as_ref() == Some(&(import.line, statement.clone())) {
                continue;
            }
            let mut files: Vec<&str> = edges
                .iter()
                .filter(|edge| edge.line == import.line)
                .map(|edge| index.file(edge.to).path().as_str())
                .collect();
            files.sort_unstable();
            files.dedup();
            let target = if files.is_empty() {
                String::new()
            } else {
                format!("  -> {}", files.join(", "))
            };
            page.line(&format!("  {}: {statement}{target}", import.line));
            last = Some((import.line, statement));
        }
        Ok(page.finish())
    }
}

/// The statement as Python writes it, on one line.
fn python(import: &ImportStatement<'_>) -> String {
    let module = format!("{}{}", ".".repeat(import.level as usize), import.module);
    let names: Vec<&str> = import.names().collect();
    if !names.is_empty() {
        return format!("from {module} import {}", names.join(", "));
    }
    if import.alias.is_empty() {
        format!("import {module}")
    } else {
        format!("import {module} as {}", import.alias)
    }
}

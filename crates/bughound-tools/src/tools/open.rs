//! `open`: the beginning of a definition.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, short, show};

/// Shows where a definition is and its first lines, without blank ones and without the indentation that they share.
/// The code is one space further in than the place.
pub(crate) struct Open;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for Open {
    type Arguments = Arguments;

    const NAME: &'static str = "open";

    const DESCRIPTION: &'static str = "Shows the first eight lines of a function, method or class.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let symbol = found[0];
        let text = context.text(Self::NAME, index.file_of(symbol))?;
        let source = bughound_index::lines_of(&text, index.symbol(symbol).lines());
        let lines: Vec<&str> = source
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let indent = |line: &&str| line.len() - line.trim_start().len();
        let shared = lines.iter().map(indent).min().unwrap_or(0);
        let mut page = Page::new(short::excerpt_budget(context.budget()));
        page.line(&format!("{}{}", short::PLACE, index.symbol(symbol).id()));
        for line in lines.iter().take(short::MOST_LINES) {
            page.line(&format!(" {}", line.get(shared..).unwrap_or(line)));
        }
        page.leave_out(lines.len().saturating_sub(short::MOST_LINES));
        let mut output = page.finish();
        output.shown = show::ids(index, &found[..1]);
        Ok(output)
    }
}

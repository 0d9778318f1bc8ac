//! What the three search tools of RepoSearcher's released code have in common.
//!
//! Their names and arguments are those of the released schemas, their answers are laid out alike (the code
//! between `<code>` tags, a reminder of the goal and of `exit`), so that a model trained with them runs
//! unchanged. As published, files and names must match exactly and one definition is not cut.
//!
//! Deviations: `async`, nested and repeated definitions are found, decorators are shown, a file that does
//! not parse is still searched, a miss names near files and names, and the output keeps to the budget.

use bughound_core::SymbolKind;
use bughound_index::{FileIdx, SymbolIdx};

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, lookup, show};

/// The answer with the source of the first definition, others of the same name below it.
pub(crate) fn code(
    context: &ToolContext,
    tool: &'static str,
    what: &str,
    found: &[SymbolIdx],
) -> Result<ToolOutput, ToolError> {
    let index = context.index();
    let mut page = Page::new(context.budget());
    page.line(&format!("The source of {what}:"));
    page.line("<code>");
    for &idx in found {
        let text = context.text(tool, index.file_of(idx))?;
        page.lines(bughound_index::lines_of(&text, index.symbol(idx).lines()));
    }
    let mut output = page.finish();
    output.text.push_str(
        "\n</code>\nDoes it have to change to resolve the issue? Look further where you must, and call exit() \
         as soon as the places are known.",
    );
    output.shown = show::ids(index, found);
    Ok(output)
}

/// The file of that exact path.
pub(crate) fn file(context: &ToolContext, path: &str) -> Result<FileIdx, ToolError> {
    lookup::exact_file(context, path)
}

/// A miss in a file that exists, with near names.
pub(crate) fn miss(
    context: &ToolContext,
    file: FileIdx,
    problem: String,
    name: &str,
    is_wanted: impl Fn(SymbolKind) -> bool,
) -> ToolError {
    let index = context.index();
    let near = lookup::near_names(
        index,
        file,
        name,
        |idx| is_wanted(index.symbol(idx).kind()),
        |idx| index.symbol(idx).qualified_name().to_owned(),
    );
    ToolError::miss(problem, near)
}

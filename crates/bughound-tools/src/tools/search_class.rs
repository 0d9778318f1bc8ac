//! `search_class`: the source of a class.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Shows a class or another type. In Rust its `impl` blocks belong to it.
pub(crate) struct SearchClass;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file: String,
    /// Name of the class; of a nested one `Outer.Inner`, or the last part.
    class: String,
}

impl TypedTool for SearchClass {
    type Arguments = Arguments;

    const NAME: &'static str = "search_class";

    const DESCRIPTION: &'static str = "Shows the source of a class of a file. A class that is too long is shown without its methods' bodies.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let file = lookup::file(context, &arguments.file)?;
        let found = find(context, file, arguments.class.trim())?;
        show::definitions(context, Self::NAME, &found)
    }
}

/// The definitions of a class in a file, or a miss with near names.
pub(crate) fn find(
    context: &ToolContext,
    file: bughound_index::FileIdx,
    class: &str,
) -> Result<Vec<bughound_index::SymbolIdx>, ToolError> {
    let index = context.index();
    let found = lookup::in_file(index, file, class, lookup::is_container);
    if !found.is_empty() {
        return Ok(found);
    }
    let path = index.file(file).path();
    if !lookup::in_file(index, file, class, bughound_core::SymbolKind::is_callable).is_empty() {
        let problem =
            format!("`{class}` in {path} is a function, no class; search_function shows it");
        return Err(ToolError::miss(problem, Vec::new()));
    }
    let mut near = lookup::elsewhere(index, class, lookup::is_container);
    if near.is_empty() {
        let is_wanted = |idx| lookup::is_container(index.symbol(idx).kind());
        near = lookup::near_names(index, file, class, is_wanted, |idx| {
            index.symbol(idx).qualified_name().to_owned()
        });
    }
    Err(ToolError::miss(
        format!("{path} has no class `{class}`"),
        near,
    ))
}

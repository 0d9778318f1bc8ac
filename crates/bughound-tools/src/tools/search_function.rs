//! `search_function`: the source of a function that is no method.

use bughound_core::SymbolKind;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Shows a function that belongs to no class. `async` functions, overloads and definitions in the branches
/// of an `if` are all shown; a function inside another is `outer.inner`.
pub(crate) struct SearchFunction;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file: String,
    /// Name of the function.
    function: String,
}

impl TypedTool for SearchFunction {
    type Arguments = Arguments;

    const NAME: &'static str = "search_function";

    const DESCRIPTION: &'static str =
        "Shows the source of a function of a file that is not part of a class.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let file = lookup::file(context, &arguments.file)?;
        let name = arguments.function.trim();
        let found = lookup::in_file(index, file, name, SymbolKind::is_callable);
        let (methods, functions): (Vec<_>, Vec<_>) = found.into_iter().partition(|&idx| {
            index.symbol(idx).kind() == SymbolKind::Method && !name.contains('.')
        });
        if !functions.is_empty() {
            return show::definitions(context, Self::NAME, &functions);
        }
        let path = index.file(file).path();
        if !methods.is_empty() {
            let names = methods
                .iter()
                .map(|&idx| index.symbol(idx).qualified_name().to_owned())
                .collect();
            let problem = format!("`{name}` in {path} is a method; search_class_method shows it");
            return Err(ToolError::miss(problem, names));
        }
        let mut near = lookup::elsewhere(index, name, |kind| kind == SymbolKind::Function);
        if near.is_empty() {
            let is_wanted = |idx| index.symbol(idx).kind().is_callable();
            near = lookup::near_names(index, file, name, is_wanted, |idx| {
                index.symbol(idx).qualified_name().to_owned()
            });
        }
        Err(ToolError::miss(
            format!("{path} has no function `{name}`"),
            near,
        ))
    }
}

//! `get_code_of_file_function`: the source of a function, in the released dialect.

use bughound_core::SymbolKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::released;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup};

/// Shows a function that belongs to no class, by exact file and name.
pub(crate) struct GetCodeOfFileFunction;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file_name: String,
    /// Name of the function.
    func_name: String,
}

impl TypedTool for GetCodeOfFileFunction {
    type Arguments = Arguments;

    const NAME: &'static str = "get_code_of_file_function";

    const DESCRIPTION: &'static str =
        "Gives the source code of a function of a file that is not part of a class.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let Arguments {
            file_name,
            func_name,
        } = arguments;
        let index = context.index();
        let file = released::file(context, &file_name)?;
        let is_function = |kind| matches!(kind, SymbolKind::Function | SymbolKind::Macro);
        let found = lookup::in_file(index, file, &func_name, is_function);
        if !found.is_empty() {
            return released::code(
                context,
                Self::NAME,
                &format!("function {func_name} in {file_name}"),
                &found,
            );
        }
        let is_method =
            !lookup::in_file(index, file, &func_name, |kind| kind == SymbolKind::Method).is_empty();
        let hint = if is_method {
            "; it is a method of a class: use get_code_of_class_function"
        } else {
            ""
        };
        let problem = format!("There is no function {func_name} in {file_name}{hint}");
        Err(released::miss(
            context,
            file,
            problem,
            &func_name,
            SymbolKind::is_callable,
        ))
    }
}

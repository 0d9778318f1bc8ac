//! `get_code_of_class_function`: the source of a method, in the released dialect.

use bughound_core::SymbolKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{released, search_class_method};
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup};

/// Shows a method by exact file, class and name.
pub(crate) struct GetCodeOfClassFunction;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file_name: String,
    /// Name of the class.
    class_name: String,
    /// Name of the method.
    func_name: String,
}

impl TypedTool for GetCodeOfClassFunction {
    type Arguments = Arguments;

    const NAME: &'static str = "get_code_of_class_function";

    const DESCRIPTION: &'static str = "Gives the source code of a method of a class of a file.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let Arguments {
            file_name,
            class_name,
            func_name,
        } = arguments;
        let index = context.index();
        let file = released::file(context, &file_name)?;
        let classes = lookup::in_file(index, file, &class_name, lookup::is_container);
        let found = search_class_method::members(index, &classes, &func_name);
        if !found.is_empty() {
            let what = format!("method {func_name} of class {class_name} in {file_name}");
            return released::code(context, Self::NAME, &what, &found);
        }
        if classes.is_empty() {
            let problem = format!("There is no class {class_name} in {file_name}");
            return Err(released::miss(
                context,
                file,
                problem,
                &class_name,
                SymbolKind::is_type,
            ));
        }
        let is_function = index
            .find(file, &func_name)
            .iter()
            .any(|&idx| index.symbol(idx).kind().is_callable());
        let hint = if is_function {
            "; it is a function of the file: use get_code_of_file_function"
        } else {
            ""
        };
        let problem =
            format!("There is no method {func_name} in class {class_name} of {file_name}{hint}");
        Err(released::miss(context, file, problem, &func_name, |kind| {
            kind == SymbolKind::Method
        }))
    }
}

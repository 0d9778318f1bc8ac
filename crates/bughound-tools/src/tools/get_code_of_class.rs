//! `get_code_of_class`: the source of a class, in the released dialect.

use bughound_core::SymbolKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::released;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup};

/// Shows a class by exact file and name; of a nested class the last part of the name.
pub(crate) struct GetCodeOfClass;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file_name: String,
    /// Name of the class.
    class_name: String,
}

impl TypedTool for GetCodeOfClass {
    type Arguments = Arguments;

    const NAME: &'static str = "get_code_of_class";

    const DESCRIPTION: &'static str = "Gives the source code of a class of a file.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let Arguments {
            file_name,
            class_name,
        } = arguments;
        let file = released::file(context, &file_name)?;
        let found = lookup::in_file(context.index(), file, &class_name, SymbolKind::is_type);
        if found.is_empty() {
            let problem = format!(
                "There is no class {class_name} in {file_name}: one of the two names is wrong"
            );
            return Err(released::miss(
                context,
                file,
                problem,
                &class_name,
                SymbolKind::is_type,
            ));
        }
        released::code(
            context,
            Self::NAME,
            &format!("class {class_name} in {file_name}"),
            &found,
        )
    }
}

//! `write_file`: a whole file.

use bughound_tools::{ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::files;
use crate::Workbench;
use crate::paths::file_in_project;

/// Writes a whole file, new or not. Folders are made; whether it may be executed stays.
pub(crate) struct WriteFile;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the project's folder.
    file: String,
    /// Its whole new content.
    content: String,
}

impl TypedTool<Workbench> for WriteFile {
    type Arguments = Arguments;

    const NAME: &'static str = "write_file";

    const DESCRIPTION: &'static str =
        "Writes a whole file: what it held before is gone, and missing folders are made.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let path = file_in_project(&arguments.file)?;
        let content = &arguments.content;
        if content.len() as u64 > files::MOST_BYTES {
            let problem = format!("{} bytes are more than a file may have", content.len());
            return Err(ToolError::miss(problem, Vec::new()));
        }
        files::write(workbench, &mut workbench.lock(), Self::NAME, &path, content)?;
        let n_lines = content.lines().count();
        Ok(ToolOutput {
            text: format!(
                "{path} is written: {n_lines} lines, {} bytes.",
                content.len()
            ),
            ..ToolOutput::default()
        })
    }
}

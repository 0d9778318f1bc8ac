//! `find_files`: files by name.

use bughound_tools::{Page, ToolError, ToolOutput, TypedTool, passes};
use schemars::JsonSchema;
use serde::Deserialize;

use super::files;
use crate::Workbench;

/// Lists files whose path fits a pattern, in the order of paths.
pub(crate) struct FindFiles;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// A name, the end of a path, a folder, or a pattern: `*` stands for anything but `/`, `**` for anything, `?` for
    /// one character. `*.toml`, `src/**/*.py`.
    pattern: String,
}

impl TypedTool<Workbench> for FindFiles {
    type Arguments = Arguments;

    const NAME: &'static str = "find_files";

    const DESCRIPTION: &'static str = "Lists the project's files whose path fits a pattern.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let (files, is_whole) = files::list(workbench, &mut workbench.lock(), Self::NAME)?;
        let found: Vec<&String> = files
            .iter()
            .filter(|file| passes(file, &arguments.pattern))
            .collect();
        if found.is_empty() {
            let problem = format!("None of {} files fits `{}`", files.len(), arguments.pattern);
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let mut page = Page::new(workbench.budget());
        let plural = if found.len() == 1 { "" } else { "s" };
        page.line(&format!("{} file{plural}", found.len()));
        if !is_whole {
            page.line("[there are more files than could be listed; name a folder with run_sh]");
        }
        for file in found {
            page.line(file);
        }
        Ok(page.finish())
    }
}

//! `dependency_upgrade`: a dependency moved to another version.

use bughound_tools::{ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::steps;
use crate::Workbench;

/// Moves the project to another version of a dependency, in its manifest and in what is installed.
pub(crate) struct DependencyUpgrade;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Its name, as the project's manifest writes it.
    dependency: String,
    /// The version to move to; the newest at hand where it is left out.
    version: Option<String>,
}

impl TypedTool<Workbench> for DependencyUpgrade {
    type Arguments = Arguments;

    const NAME: &'static str = "dependency_upgrade";

    const DESCRIPTION: &'static str = "Moves the project to another version of a dependency, newer or older, as far as versions are at hand without a network.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let inner = &mut workbench.lock();
        let dependency = name(&arguments.dependency)?;
        let version = match arguments.version.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(version) => Some(name(version)?),
        };
        let system = inner.place.system();
        let steps = system
            .upgrade(inner.place.task(), dependency, version)
            .ok_or_else(|| {
                steps::cannot(
                    inner,
                    "move that by itself (some need to be told the version)",
                )
            })?;
        steps::run(workbench, inner, Self::NAME, &steps)
    }
}

/// A name or version that is none of a program's options.
pub(super) fn name(text: &str) -> Result<&str, ToolError> {
    let text = text.trim();
    let is_plain = !text.is_empty()
        && !text.starts_with('-')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_plain {
        return Ok(text);
    }
    let problem = format!("`{text}` is no name or version of a dependency");
    Err(ToolError::miss(problem, Vec::new()))
}

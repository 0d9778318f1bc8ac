//! `upgrade_gradle`: the build tool moved to another version, whichever the project has.

use bughound_tools::{ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{dependency_upgrade::name, steps};
use crate::Workbench;

/// Moves the project to another version of its build tool, or of the language that it asks the tool for. In the paper
/// that is Gradle's wrapper; here it is what stands for it in the task's build system.
pub(crate) struct UpgradeGradle;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The version to move to; the newest at hand where it is left out.
    version: Option<String>,
}

impl TypedTool<Workbench> for UpgradeGradle {
    type Arguments = Arguments;

    const NAME: &'static str = "upgrade_gradle";

    const DESCRIPTION: &'static str = "Moves the project to another version of its build tool: Gradle's wrapper, Maven's Java release, CMake's minimum, the go directive, a compiler's standard.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let inner = &mut workbench.lock();
        let version = match arguments.version.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(version) => Some(name(version)?),
        };
        let system = inner.place.system();
        let steps = build_tool(system.name(), &inner.place.task().recipe.language)
            .and_then(|tool| system.upgrade(inner.place.task(), tool, version))
            .ok_or_else(|| {
                steps::cannot(
                    inner,
                    "move its build tool (some need to be told the version)",
                )
            })?;
        steps::run(workbench, inner, Self::NAME, &steps)
    }
}

/// What the build system calls its tool, or the release that the tool is asked for.
fn build_tool(system: &str, language: &str) -> Option<&'static str> {
    Some(match system {
        "gradle" => "gradle",
        "maven" => "release",
        "cmake" => "cmake",
        "go" => "go",
        "make" if language == "cpp" => "c++",
        "make" => "c",
        "javac" => "java",
        _ => return None,
    })
}

//! `remove_dependency`: a dependency taken out of the manifest.

use bughound_tools::{ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{dependency_upgrade::name, steps};
use crate::Workbench;

/// Removes a dependency from the project's manifest.
pub(crate) struct RemoveDependency;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Its name, as the project's manifest writes it.
    dependency: String,
}

impl TypedTool<Workbench> for RemoveDependency {
    type Arguments = Arguments;

    const NAME: &'static str = "remove_dependency";

    const DESCRIPTION: &'static str = "Removes a dependency from the project's manifest.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let inner = &mut workbench.lock();
        let dependency = name(&arguments.dependency)?;
        let system = inner.place.system();
        let steps = system
            .remove(inner.place.task(), dependency)
            .ok_or_else(|| steps::cannot(inner, "remove dependencies by itself"))?;
        steps::run(workbench, inner, Self::NAME, &steps)
    }
}

//! `exit`: the policy has seen enough.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool};

/// Ends the search.
pub(crate) struct Exit;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

impl TypedTool for Exit {
    type Arguments = Arguments;

    const NAME: &'static str = "exit";

    const DESCRIPTION: &'static str =
        "Ends the search, when the places that must change are known.";

    fn run(&self, _: &ToolContext, _: Arguments) -> Result<ToolOutput, ToolError> {
        Ok(ToolOutput {
            text: "The search is over.".to_owned(),
            ends_episode: true,
            ..ToolOutput::default()
        })
    }
}

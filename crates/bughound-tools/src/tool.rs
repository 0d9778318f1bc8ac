//! What a tool is.

use bughound_core::SymbolId;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{ToolContext, ToolError, arguments};

/// What a call gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolOutput {
    /// The text for the policy, within the budget.
    pub text: String,
    /// Lines that the budget left out; the text's last line says so where it is not 0.
    pub n_left_out: usize,
    /// The definitions and files whose source the text shows, in its order.
    pub shown: Vec<SymbolId>,
    /// Whether the search is over.
    pub ends_episode: bool,
}

/// A tool, as drivers see it. Its context `C` is all that it may look at or change: an index that never changes, or a
/// workspace in a sandbox.
///
/// An implementation must be deterministic as far as its context is, must not touch anything else, and must keep its
/// output within the context's [`Budget`](crate::Budget). Most tools implement [`TypedTool`] and get this from it.
pub trait Tool<C: ?Sized = ToolContext>: Send + Sync {
    /// The name by which policies call it.
    fn name(&self) -> &'static str;

    /// What it does, for the policy: a sentence or two.
    fn description(&self) -> &'static str;

    /// JSON schema of the arguments: always an object.
    fn arguments_schema(&self) -> Value;

    /// Whether it needs [`ToolContext::history`], which takes a while to read.
    fn needs_history(&self) -> bool {
        false
    }

    /// Calls it.
    ///
    /// # Errors
    /// [`ToolError::Told`] where the policy can do better next time, [`ToolError::Fault`] where it cannot.
    fn call(&self, context: &C, arguments: &Value) -> Result<ToolOutput, ToolError>;

    /// The tool as OpenAI-compatible servers want it declared.
    fn declaration(&self) -> Value {
        json!({
            "type": "function",
            "function": {
                "name": self.name(),
                "description": self.description(),
                "parameters": self.arguments_schema(),
            }
        })
    }
}

/// A tool whose arguments are a type: the schema comes from the type, and wrong arguments are answered
/// with what was wrong and how the tool is called.
pub trait TypedTool<C: ?Sized = ToolContext>: Send + Sync {
    /// The arguments.
    type Arguments: DeserializeOwned + JsonSchema;

    /// See [`Tool::name`].
    const NAME: &'static str;

    /// See [`Tool::description`].
    const DESCRIPTION: &'static str;

    /// See [`Tool::needs_history`].
    const NEEDS_HISTORY: bool = false;

    /// Runs it.
    ///
    /// # Errors
    /// As [`Tool::call`].
    fn run(&self, context: &C, arguments: Self::Arguments) -> Result<ToolOutput, ToolError>;
}

impl<C: ?Sized, T: TypedTool<C>> Tool<C> for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn description(&self) -> &'static str {
        T::DESCRIPTION
    }

    fn arguments_schema(&self) -> Value {
        arguments::arguments_schema::<T::Arguments>()
    }

    fn needs_history(&self) -> bool {
        T::NEEDS_HISTORY
    }

    fn call(&self, context: &C, arguments: &Value) -> Result<ToolOutput, ToolError> {
        self.run(
            context,
            arguments::read_arguments::<T::Arguments>(T::NAME, arguments)?,
        )
    }
}

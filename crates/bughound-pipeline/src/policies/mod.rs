//! Policies that need no model: they show what the environment itself is worth.

pub(crate) mod calls;
mod known_fix;
mod no_op;

pub use known_fix::KnownFixPolicy;
pub use no_op::NoOpPolicy;

use bughound_core::{Completion, Message, ToolCall};
use serde_json::Value;

/// A reply that is one call.
fn call(n: usize, name: &str, arguments: &Value) -> Completion {
    Completion::of(Message::assistant("").with_calls(vec![ToolCall {
        id: format!("call_{n}"),
        name: name.to_owned(),
        arguments: arguments.to_string(),
    }]))
}

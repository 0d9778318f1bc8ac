//! What is heard of a completion while it comes.

use std::time::Duration;

/// A piece of a completion, or news about it. They are for display alone: the completion holds it all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Text, calls in a text dialect included.
    Text(String),
    /// Reasoning.
    Reasoning(String),
    /// A call begins.
    Call {
        /// Counted from 0.
        index: usize,
        /// The tool.
        name: String,
    },
    /// More of a call's arguments.
    Arguments {
        /// Of which call.
        index: usize,
        /// The piece.
        text: String,
    },
    /// The request failed and will be sent again; what came before is void.
    Retry {
        /// Why, in one line.
        reason: String,
        /// How long we wait.
        wait: Duration,
    },
    /// The server refuses a field of the request; we do without it from now on.
    Without {
        /// The field's name.
        field: String,
    },
}

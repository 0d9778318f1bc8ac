//! Dialects of tool calls: how tools are described to a model, how earlier calls and results are shown to it,
//! and how its calls are read.
//!
//! *Native*: the server does all that; tools, calls and results are fields of the request and the reply.
//!
//! *Hermes* (also Qwen's): tools are declarations within `<tools>`; a call is
//! `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`; a result is the user's message
//! `<tool_response>...</tool_response>`.
//!
//! *Xml*: a call is JSON in a tag that names the tool, `<tool name="...">{...}</tool>`, where the JSON is the
//! arguments alone; a result is the user's message `<tool_result name="...">...</tool_result>`.
//!
//! *Compact*: a call is a line, `search row span` or `open 3`, for tools with one argument; a result is the user's
//! message as it is. Few tokens, for models that were trained on it.
//!
//! Writing is strict and reading is tolerant: see [`read_calls`]. All of it is pure functions.

mod guard;
mod lenient;
mod lines;
mod read;
mod tags;
mod think;
mod write;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use read::{ReadText, read_calls};
pub(crate) use think::{ThinkSplitter, split_thoughts};
pub use write::prepare;

/// How tools are described and called.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// By the server.
    #[default]
    Native,
    /// `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`.
    Hermes,
    /// `<tool name="...">{...}</tool>`.
    Xml,
    /// `name argument`, a call per line.
    Compact,
}

/// All dialects.
pub const DIALECTS: [Dialect; 4] = [
    Dialect::Native,
    Dialect::Hermes,
    Dialect::Xml,
    Dialect::Compact,
];

impl Dialect {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Hermes => "hermes",
            Self::Xml => "xml",
            Self::Compact => "compact",
        }
    }

    /// Tools are part of the text, not of the request.
    pub fn is_text(self) -> bool {
        self != Self::Native
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DIALECTS
            .into_iter()
            .find(|dialect| dialect.name() == text)
            .ok_or_else(|| {
                format!("unknown dialect {text:?}; there are: native, hermes, xml, compact")
            })
    }
}

/// The name that a tool's declaration declares.
fn tool_name(declaration: &serde_json::Value) -> Option<&str> {
    declaration.get("function")?.get("name")?.as_str()
}

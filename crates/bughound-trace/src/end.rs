//! Why an episode ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an episode, or one of its stages, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The policy called `exit`, then gave its answer.
    Exit,
    /// The policy gave its answer without calling `exit`.
    Answered,
    /// It had all its turns; its answer was asked for.
    TurnLimit,
    /// It used up its tokens, or its share of tool output; its answer was asked for.
    TokenLimit,
    /// It used up its time.
    TimeLimit,
    /// Too many malformed replies in a row, repeated calls among them.
    MalformedLimit,
    /// Somebody stopped it.
    Cancelled,
    /// The policy could not be reached or failed. Says nothing about the policy's skill.
    PolicyFault,
    /// The environment failed. Says nothing about the policy's skill.
    ToolFault,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Exit,
        Self::Answered,
        Self::TurnLimit,
        Self::TokenLimit,
        Self::TimeLimit,
        Self::MalformedLimit,
        Self::Cancelled,
        Self::PolicyFault,
        Self::ToolFault,
    ];

    /// The word for it in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Answered => "answered",
            Self::TurnLimit => "turn_limit",
            Self::TokenLimit => "token_limit",
            Self::TimeLimit => "time_limit",
            Self::MalformedLimit => "malformed_limit",
            Self::Cancelled => "cancelled",
            Self::PolicyFault => "policy_fault",
            Self::ToolFault => "tool_fault",
        }
    }

    /// Whether the episode says nothing about the policy: it is left out of scores and of training, and may be
    /// tried again.
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Cancelled | Self::PolicyFault | Self::ToolFault)
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

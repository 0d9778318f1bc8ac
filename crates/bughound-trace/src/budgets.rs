//! What an episode may spend, and what it has spent.

use bughound_core::Usage;
use serde::{Deserialize, Serialize};

/// What an episode may spend. When one of these ends, the policy is asked once more, for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budgets {
    /// How often the policy may be asked in one stage, the request for its answer not counted. A protocol's
    /// stage may allow fewer.
    pub max_turns: u32,
    /// Prompt tokens, summed over all requests.
    pub max_prompt_tokens: u64,
    /// Completion tokens, summed over all requests.
    pub max_completion_tokens: u64,
    /// Tokens of one request's prompt and completion together: the model's context, less room for an answer.
    pub max_context_tokens: u64,
    /// Bytes of all tool output.
    pub max_tool_bytes: u64,
    /// Milliseconds from the beginning.
    pub max_milliseconds: u64,
    /// Malformed replies (unreadable or unknown calls, replies without any call, wrong arguments, calls that
    /// were made before) in a row.
    pub max_malformed: u32,
    /// Calls of one turn that are carried out; more are answered with a note.
    pub max_calls_per_turn: u32,
}

impl Default for Budgets {
    /// 30 turns, 1,000,000 prompt and 65,536 completion tokens, contexts of 120,000 tokens, 1 MiB of tool
    /// output, 15 minutes, 3 malformed replies in a row, 8 calls a turn.
    fn default() -> Self {
        Self {
            max_turns: 30,
            max_prompt_tokens: 1_000_000,
            max_completion_tokens: 65_536,
            max_context_tokens: 120_000,
            max_tool_bytes: 1 << 20,
            max_milliseconds: 15 * 60 * 1000,
            max_malformed: 3,
            max_calls_per_turn: 8,
        }
    }
}

/// What an episode has spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// Requests to the policy.
    pub turns: u32,
    /// Tokens of all requests.
    pub usage: Usage,
    /// Tokens of the last request, prompt and completion: how full the context is.
    pub context_tokens: u64,
    /// Bytes of all tool output.
    pub tool_bytes: u64,
    /// Calls that the policy made.
    pub calls: u32,
    /// Of these, calls of a known tool with readable arguments that found what they named.
    pub calls_ok: u32,
    /// Malformed replies.
    pub malformed: u32,
    /// Milliseconds from the beginning to the end.
    pub milliseconds: u64,
}

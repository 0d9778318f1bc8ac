//! What a model is asked.

use bughound_core::Message;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One request for a completion. It is plain data, without the server, the model and the key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Declarations of tools: `{"type": "function", "function": {"name", "description", "parameters"}}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Value>,
    /// Whether they may be called.
    #[serde(default)]
    pub tool_use: ToolUse,
    /// How tokens are drawn.
    #[serde(default)]
    pub sampling: Sampling,
    /// Tokens and their log-probabilities are wanted.
    #[serde(default)]
    pub logprobs: bool,
    /// Further fields of the body, sent as they are. They win over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// Whether a model may call tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolUse {
    /// As it likes.
    #[default]
    Auto,
    /// No: it shall answer. The tools stay in the prompt, so that the server's cache of it holds.
    None,
    /// It must call one. Servers without native calls do not know this.
    Required,
}

/// How tokens are drawn; what is absent is up to the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// 0 is greedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The smallest set of tokens with this probability together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// So many most probable tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Tokens at least so probable, relative to the most probable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_p: Option<f64>,
    /// The most tokens that the model may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Texts at which it stops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// For repeatable draws, as far as a server keeps its word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

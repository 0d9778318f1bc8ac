//! What a policy and its environment say to each other, in the terms of OpenAI-compatible servers.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// In whose voice a message speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing instructions.
    System,
    /// The one who asks; some protocols hand tool results over in this voice, too.
    User,
    /// The policy.
    Assistant,
    /// What a tool gave.
    Tool,
}

impl Role {
    /// The word for it in requests and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// A policy's wish to call a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Ties the result to the call; unique within one conversation.
    pub id: String,
    /// The tool's name as the policy wrote it.
    pub name: String,
    /// The arguments as the policy wrote them: a JSON object where all is well, any text otherwise.
    pub arguments: String,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The text; may be empty beside tool calls.
    #[serde(default)]
    pub content: String,
    /// What the policy thought before it spoke, where its server keeps the two apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The calls that an assistant's message makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// Which call a tool's message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

impl Message {
    /// A message that is nothing but text.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            reasoning: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
        }
    }

    /// Standing instructions.
    pub fn system(content: impl Into<String>) -> Self {
        Self::new(Role::System, content)
    }

    /// A request or an observation.
    pub fn user(content: impl Into<String>) -> Self {
        Self::new(Role::User, content)
    }

    /// Something that a policy said.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// The result of a call.
    pub fn tool(call_id: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            tool_call_id: Some(call_id.into()),
            ..Self::new(Role::Tool, content)
        }
    }

    /// The same message with calls.
    #[must_use]
    pub fn with_calls(mut self, calls: Vec<ToolCall>) -> Self {
        self.tool_calls = calls;
        self
    }
}

/// Tokens that were read and written. Sums over requests: a prompt that is sent twice counts twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of prompts.
    pub prompt_tokens: u64,
    /// Of these, how many the server had in its cache.
    #[serde(default)]
    pub cached_tokens: u64,
    /// Tokens that the model wrote, reasoning included.
    pub completion_tokens: u64,
    /// Of these, how many were reasoning, as far as the server tells.
    #[serde(default)]
    pub reasoning_tokens: u64,
    /// Some of these numbers are estimates (4 bytes a token), since a server did not report them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl Usage {
    /// Prompt and completion together.
    pub fn total(&self) -> u64 {
        self.prompt_tokens.saturating_add(self.completion_tokens)
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        let add = |a: &mut u64, b: u64| *a = a.saturating_add(b);
        add(&mut self.prompt_tokens, other.prompt_tokens);
        add(&mut self.cached_tokens, other.cached_tokens);
        add(&mut self.completion_tokens, other.completion_tokens);
        add(&mut self.reasoning_tokens, other.reasoning_tokens);
        self.estimated = self.estimated || other.estimated;
    }
}

/// Why a model stopped writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It was done.
    #[default]
    Stop,
    /// It was done and wants tools called.
    ToolCalls,
    /// It reached the most tokens it may write, or the end of its context.
    Length,
    /// The server's filter cut it off.
    ContentFilter,
    /// Something else, or the server did not say.
    Other,
}

/// The tokens of one completion, as they were sampled: what training reads, so that nothing is ever
/// tokenized again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampledTokens {
    /// The prompt's token ids; empty where the server does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompt_ids: Vec<u32>,
    /// The ids that the model wrote; empty where the server tells log-probabilities only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u32>,
    /// Natural logarithm of the probability of each of them under the sampling policy at temperature 1.
    /// What JSON has no number for is minus infinity.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "log_probabilities"
    )]
    pub logprobs: Vec<f32>,
    /// The texts of the tokens, where ids are not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
}

/// JSON writes infinities as `null`.
fn log_probabilities<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<f32>, D::Error> {
    let numbers = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(numbers
        .into_iter()
        .map(|number| number.unwrap_or(f32::NEG_INFINITY))
        .collect())
}

/// A call in a text that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalformedCall {
    /// What the policy wrote.
    pub text: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a policy answers when it is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// What it said, calls included.
    pub message: Message,
    /// Calls in it that could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub malformed: Vec<MalformedCall>,
    /// Why it stopped.
    #[serde(default)]
    pub finish: FinishReason,
    /// Tokens, where the server reports them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The tokens themselves, where the server tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<SampledTokens>,
    /// The model as the server names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How often the request was sent again before this came back.
    #[serde(default)]
    pub n_retries: u32,
}

impl Completion {
    /// A completion that is nothing but a message.
    pub fn of(message: Message) -> Self {
        let finish = if message.tool_calls.is_empty() {
            FinishReason::Stop
        } else {
            FinishReason::ToolCalls
        };
        Self {
            message,
            malformed: Vec::new(),
            finish,
            usage: None,
            tokens: None,
            model: None,
            n_retries: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_written_as_servers_know_them() {
        let check = |message: Message, expect: &str| {
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(text, expect);
            assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
        };
        check(Message::user("hi"), r#"{"role":"user","content":"hi"}"#);
        check(
            Message::tool("c1", "x"),
            r#"{"role":"tool","content":"x","tool_call_id":"c1"}"#,
        );
        let call = ToolCall {
            id: "c1".into(),
            name: "exit".into(),
            arguments: "{}".into(),
        };
        check(
            Message::assistant("").with_calls(vec![call]),
            r#"{"role":"assistant","content":"","tool_calls":[{"id":"c1","name":"exit","arguments":"{}"}]}"#,
        );
    }

    #[test]
    fn usage_adds_up_without_overflow() {
        let mut sum = Usage {
            prompt_tokens: u64::MAX,
            ..Usage::default()
        };
        sum += Usage {
            prompt_tokens: 3,
            completion_tokens: 4,
            estimated: true,
            ..Usage::default()
        };
        assert_eq!(
            (sum.prompt_tokens, sum.completion_tokens, sum.estimated),
            (u64::MAX, 4, true)
        );
        assert_eq!(sum.total(), u64::MAX);
    }
}

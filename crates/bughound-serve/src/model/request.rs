//! What a client asks.

use bughound_core::{Message, Role, ToolCall};
use bughound_llm::{ChatRequest, Dialect, ToolUse, prepare};
use bughound_local::{Ask, Engine, prompt_of};
use bughound_nn::Sampling;
use bughound_tokens::ChatOptions;
use serde_json::Value;

/// A request, understood.
pub(super) struct Chat {
    /// The conversation and the tools, for reading the reply.
    pub(super) request: ChatRequest,
    pub(super) prompt: Vec<u32>,
    pub(super) stream: bool,
    /// Whether a stream tells usage at its end.
    pub(super) usage: bool,
    pub(super) logprobs: bool,
    alternatives: usize,
    end: Vec<u32>,
    pub(super) token_ids: bool,
    sampling: Sampling,
    seed: u64,
    max_tokens: usize,
    stop: Vec<String>,
}

impl Chat {
    /// Reads a body.
    pub(super) fn read(body: &[u8], engine: &Engine) -> Result<Self, String> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| format!("the body is no JSON: {error}"))?;
        if body["n"].as_u64().is_some_and(|n| n != 1) {
            return Err("`n` must be 1; ask several times, with several seeds".to_owned());
        }
        let messages = body["messages"]
            .as_array()
            .filter(|messages| !messages.is_empty())
            .ok_or("`messages` must be a list that is not empty")?
            .iter()
            .enumerate()
            .map(|(at, it)| message(it).map_err(|what| format!("messages[{at}]: {what}")))
            .collect::<Result<Vec<Message>, String>>()?;
        let tools = body["tools"].as_array().cloned().unwrap_or_default();
        let tool_use = match body["tool_choice"].as_str() {
            Some("none") => ToolUse::None,
            _ => ToolUse::Auto,
        };
        let declared = match tool_use {
            ToolUse::None => &[][..],
            _ => &tools,
        };
        let prepared = prepare(Dialect::Native, &messages, declared);
        let prepared: Vec<_> = prepared.iter().map(|message| (message, None)).collect();
        let options = ChatOptions {
            tools: declared,
            enable_thinking: body["chat_template_kwargs"]["enable_thinking"].as_bool(),
            today: None,
        };
        let prompt = prompt_of(engine.tokenizer(), &prepared, &options)
            .map_err(|error| error.to_string())?;
        let number = |field: &str, default: f32| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "settings of sampling need no more digits"
            )]
            let number = body[field].as_f64().map_or(default, |value| value as f32);
            number
        };
        let count = |field: &str| body[field].as_u64().and_then(|n| usize::try_from(n).ok());
        let room = engine.context().saturating_sub(prompt.len());
        Ok(Self {
            sampling: Sampling {
                temperature: number("temperature", 1.0),
                top_p: number("top_p", 1.0),
                top_k: count("top_k").unwrap_or(0),
                min_p: number("min_p", 0.0),
            },
            seed: body["seed"].as_u64().unwrap_or(0),
            max_tokens: count("max_completion_tokens")
                .or_else(|| count("max_tokens"))
                .unwrap_or(room)
                .min(room),
            stop: match &body["stop"] {
                Value::String(text) => vec![text.clone()],
                Value::Array(texts) => (texts.iter())
                    .filter_map(|text| text.as_str().map(str::to_owned))
                    .collect(),
                _ => Vec::new(),
            },
            stream: body["stream"].as_bool().unwrap_or(false),
            usage: body["stream_options"]["include_usage"]
                .as_bool()
                .unwrap_or(false),
            logprobs: body["logprobs"].as_bool().unwrap_or(false),
            alternatives: match body["logprobs"].as_bool() {
                Some(true) => count("top_logprobs").unwrap_or(0).min(20),
                _ => 0,
            },
            end: engine.tokenizer().specials().eos.clone(),
            token_ids: body["return_token_ids"].as_bool().unwrap_or(false),
            request: ChatRequest {
                messages,
                tools: declared.to_vec(),
                tool_use,
                ..ChatRequest::default()
            },
            prompt,
        })
    }

    /// What the engine is asked.
    pub(super) fn ask(&self) -> Ask {
        Ask {
            prompt: self.prompt.clone(),
            sampling: self.sampling,
            seed: self.seed,
            max_tokens: self.max_tokens,
            end: self.end.clone(),
            alternatives: self.alternatives,
            stop: self.stop.clone(),
            stop_behind: Vec::new(),
        }
    }
}

fn message(value: &Value) -> Result<Message, String> {
    let role = match value["role"].as_str() {
        Some("system" | "developer") => Role::System,
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("tool") => Role::Tool,
        Some(other) => return Err(format!("there is no role {other:?}")),
        None => return Err("it has no role".to_owned()),
    };
    let content = match &value["content"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(parts) => {
            let mut content = String::new();
            for part in parts {
                match part["text"].as_str() {
                    Some(text) => content.push_str(text),
                    None => {
                        return Err(format!(
                            "only text is understood, not a part of type {}",
                            part["type"]
                        ));
                    }
                }
            }
            content
        }
        other => return Err(format!("its content is no text: {other}")),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Message {
        role,
        content,
        reasoning: value["reasoning_content"].as_str().map(str::to_owned),
        tool_calls: (value["tool_calls"].as_array().into_iter().flatten())
            .map(|call| ToolCall {
                id: text(&call["id"]),
                name: text(&call["function"]["name"]),
                arguments: match &call["function"]["arguments"] {
                    Value::String(arguments) => arguments.clone(),
                    Value::Null => "{}".to_owned(),
                    object => object.to_string(),
                },
            })
            .collect(),
        tool_call_id: value["tool_call_id"].as_str().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_are_read_as_clients_write_them() {
        let check = |value: Value, expected: Result<Message, &str>| {
            assert_eq!(message(&value), expected.map_err(str::to_owned), "{value}");
        };
        check(
            json!({"role": "user", "content": "hi"}),
            Ok(Message::user("hi")),
        );
        check(
            json!({"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}),
            Ok(Message::system("ab")),
        );
        check(
            json!({"role": "tool", "content": "x", "tool_call_id": "c"}),
            Ok(Message::tool("c", "x")),
        );
        let call = ToolCall {
            id: "c".to_owned(),
            name: "f".to_owned(),
            arguments: r#"{"a":1}"#.to_owned(),
        };
        check(
            json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}}]}),
            Ok(Message::assistant("").with_calls(vec![call])),
        );
        check(json!({"role": "robot"}), Err("there is no role \"robot\""));
        check(json!({"content": "x"}), Err("it has no role"));
        check(
            json!({"role": "user", "content": [{"type": "image_url"}]}),
            Err("only text is understood, not a part of type \"image_url\""),
        );
        check(
            json!({"role": "user", "content": 3}),
            Err("its content is no text: 3"),
        );
    }
}

//! Good answers, as plain JSON and as streams of events.

use serde_json::{Map, Value, json};

/// A call of a tool in an answer.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id; servers without ids leave it empty.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Usually the text of a JSON object; some servers send the object itself.
    pub arguments: Value,
}

/// What the model answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// Reasoning, under the name of the field that holds it.
    pub reasoning: Option<(&'static str, String)>,
    /// Calls of tools.
    pub calls: Vec<Call>,
    /// Why it stopped; derived from the calls where nothing is said.
    pub finish: Option<String>,
    /// The `usage` object.
    pub usage: Option<Value>,
    /// Each token's text and the logarithm of its probability.
    pub logprobs: Vec<(String, f64)>,
    /// Each token's id, and the prompt's, as vLLM tells them.
    pub token_ids: Option<(Vec<u32>, Vec<u32>)>,
    /// How many bytes of text or arguments one event of a stream holds; all of it where 0.
    pub bytes_per_event: usize,
    /// Calls come whole in one event and without an index, as some servers send them.
    pub whole_calls: bool,
}

impl Answer {
    /// An answer that is nothing but text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            reasoning: None,
            calls: Vec::new(),
            finish: None,
            usage: Some(json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15})),
            logprobs: Vec::new(),
            token_ids: None,
            bytes_per_event: 0,
            whole_calls: false,
        }
    }

    /// An answer that calls a tool.
    pub fn call(id: &str, name: &str, arguments: impl Into<Value>) -> Self {
        Self::text("").and_call(id, name, arguments)
    }

    /// One call more.
    #[must_use]
    pub fn and_call(mut self, id: &str, name: &str, arguments: impl Into<Value>) -> Self {
        self.calls.push(Call {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.into(),
        });
        self
    }

    /// The body of a plain reply.
    pub(crate) fn plain(&self, model: &Value) -> Vec<u8> {
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        let content = if self.text.is_empty() && !self.calls.is_empty() {
            Value::Null
        } else {
            Value::from(self.text.clone())
        };
        message.insert("content".into(), content);
        if let Some((field, text)) = &self.reasoning {
            message.insert((*field).into(), text.clone().into());
        }
        if !self.calls.is_empty() {
            let calls: Vec<Value> = self.calls.iter().map(whole_call).collect();
            message.insert("tool_calls".into(), calls.into());
        }
        let mut choice = json!({"index": 0, "message": message, "finish_reason": self.finish()});
        let mut reply =
            json!({"id": "fake-1", "object": "chat.completion", "created": 0, "model": model});
        if !self.logprobs.is_empty() {
            choice["logprobs"] = self.logprobs_object();
        }
        if let Some((prompt, written)) = &self.token_ids {
            reply["prompt_token_ids"] = json!(prompt);
            choice["token_ids"] = json!(written);
        }
        reply["choices"] = json!([choice]);
        if let Some(usage) = &self.usage {
            reply["usage"] = usage.clone();
        }
        reply.to_string().into_bytes()
    }

    /// The events of a streamed reply, `[DONE]` included.
    pub(crate) fn events(&self, model: &Value, with_usage: bool) -> Vec<String> {
        let mut events = Vec::new();
        let mut push = |delta: Value, finish: Option<String>, extra: Option<(&str, Value)>| {
            let mut choice = json!({"index": 0, "delta": delta, "finish_reason": finish});
            if let Some((field, value)) = extra {
                choice[field] = value;
            }
            events.push(chunk_object(model, json!([choice])));
        };
        push(json!({"role": "assistant", "content": ""}), None, None);
        if let Some((field, text)) = &self.reasoning {
            for piece in pieces(text, self.bytes_per_event) {
                push(json!({ *field: piece }), None, None);
            }
        }
        if !self.text.is_empty() {
            for piece in pieces(&self.text, self.bytes_per_event) {
                push(json!({"content": piece}), None, None);
            }
        }
        for (index, call) in self.calls.iter().enumerate() {
            if self.whole_calls || !call.arguments.is_string() {
                push(json!({"tool_calls": [whole_call(call)]}), None, None);
                continue;
            }
            let arguments = call.arguments.as_str().unwrap_or_default();
            let mut start = json!({"index": index, "type": "function",
                "function": {"name": call.name, "arguments": ""}});
            if !call.id.is_empty() {
                start["id"] = call.id.clone().into();
            }
            push(json!({"tool_calls": [start]}), None, None);
            for piece in pieces(arguments, self.bytes_per_event) {
                let delta = json!({"index": index, "function": {"arguments": piece}});
                push(json!({"tool_calls": [delta]}), None, None);
            }
        }
        if !self.logprobs.is_empty() {
            push(json!({}), None, Some(("logprobs", self.logprobs_object())));
        }
        if let Some((_, written)) = &self.token_ids {
            push(json!({}), None, Some(("token_ids", json!(written))));
        }
        push(json!({}), Some(self.finish()), None);
        if let Some((prompt, _)) = &self.token_ids
            && let Some(first) = events.first_mut()
            && let Ok(mut value) = serde_json::from_str::<Value>(first)
        {
            value["prompt_token_ids"] = json!(prompt);
            *first = value.to_string();
        }
        if with_usage && let Some(usage) = &self.usage {
            let mut event = json!({"id": "fake-1", "object": "chat.completion.chunk", "created": 0,
                "model": model, "choices": []});
            event["usage"] = usage.clone();
            events.push(event.to_string());
        }
        events.push("[DONE]".to_owned());
        events
    }

    fn finish(&self) -> String {
        self.finish.clone().unwrap_or_else(|| {
            let reason = if self.calls.is_empty() {
                "stop"
            } else {
                "tool_calls"
            };
            reason.to_owned()
        })
    }

    fn logprobs_object(&self) -> Value {
        let content: Vec<Value> = self
            .logprobs
            .iter()
            .map(|(token, logprob)| json!({"token": token, "logprob": logprob, "bytes": null, "top_logprobs": []}))
            .collect();
        json!({ "content": content })
    }
}

fn whole_call(call: &Call) -> Value {
    let mut value = json!({"type": "function",
        "function": {"name": call.name, "arguments": call.arguments}});
    if !call.id.is_empty() {
        value["id"] = call.id.clone().into();
    }
    value
}

fn chunk_object(model: &Value, choices: Value) -> String {
    let mut event = json!({"id": "fake-1", "object": "chat.completion.chunk", "created": 0,
        "model": model});
    event["choices"] = choices;
    event.to_string()
}

/// Cuts a text into pieces of about so many bytes, between characters.
fn pieces(text: &str, n_bytes: usize) -> Vec<&str> {
    if n_bytes == 0 || text.is_empty() {
        return vec![text];
    }
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let end = (n_bytes..rest.len())
            .find(|at| rest.is_char_boundary(*at))
            .unwrap_or(rest.len());
        let (piece, others) = rest.split_at(end);
        pieces.push(piece);
        rest = others;
    }
    pieces
}

//! The body of a request, with fields that can be left out where a server refuses them.

use std::collections::BTreeSet;

use bughound_core::Message;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use crate::dialect::{Dialect, prepare};
use crate::request::{ChatRequest, ToolUse};

/// Fields that a request can do without, if it must.
const OPTIONAL: [&str; 13] = [
    "stream",
    "stream_options",
    "logprobs",
    "top_logprobs",
    "return_token_ids",
    "seed",
    "min_p",
    "top_k",
    "top_p",
    "temperature",
    "stop",
    "max_tokens",
    "tool_choice",
];

/// A request that can be written as often as it must be sent.
pub(crate) struct Body {
    fields: Map<String, Value>,
    own_fields: BTreeSet<String>,
    messages: Box<RawValue>,
    tools: Option<Box<RawValue>>,
}

impl Body {
    /// The body of a request in a dialect.
    pub(crate) fn new(
        request: &ChatRequest,
        model: &str,
        dialect: Dialect,
        stream: bool,
    ) -> Result<Self, serde_json::Error> {
        let messages = prepare(dialect, &request.messages, &request.tools);
        let messages: Vec<WireMessage<'_>> = messages.iter().map(WireMessage::new).collect();
        let mut fields = Map::new();
        let mut set = |field: &str, value: Value| fields.insert(field.to_owned(), value);
        set("model", model.into());
        let sampling = &request.sampling;
        let numbers = [
            ("temperature", sampling.temperature),
            ("top_p", sampling.top_p),
            ("min_p", sampling.min_p),
        ];
        for (field, number) in numbers {
            if let Some(number) = number {
                set(field, number.into());
            }
        }
        let counts = [
            ("top_k", sampling.top_k.map(u64::from)),
            ("max_tokens", sampling.max_tokens.map(u64::from)),
            ("seed", sampling.seed),
        ];
        for (field, count) in counts {
            if let Some(count) = count {
                set(field, count.into());
            }
        }
        if !sampling.stop.is_empty() {
            set("stop", json!(sampling.stop));
        }
        let has_tools = dialect == Dialect::Native && !request.tools.is_empty();
        if has_tools {
            let choice = match request.tool_use {
                ToolUse::Auto => "auto",
                ToolUse::None => "none",
                ToolUse::Required => "required",
            };
            set("tool_choice", choice.into());
        }
        if request.logprobs {
            set("logprobs", true.into());
            // Some servers tell nothing of the token itself unless one alternative is asked for.
            set("top_logprobs", 1.into());
            set("return_token_ids", true.into());
        }
        if stream {
            set("stream", true.into());
            set("stream_options", json!({"include_usage": true}));
        }
        for (field, value) in &request.extra {
            set(field, value.clone());
        }
        Ok(Self {
            fields,
            own_fields: request.extra.keys().cloned().collect(),
            messages: to_raw_value(&messages)?,
            tools: has_tools
                .then(|| to_raw_value(&request.tools))
                .transpose()?,
        })
    }

    /// The fields that may be left out if the server refuses them: none that the user asked for by name.
    pub(crate) fn optional_fields(&self) -> impl Iterator<Item = &'static str> {
        let present =
            |field: &&str| self.fields.contains_key(*field) && !self.own_fields.contains(*field);
        OPTIONAL.into_iter().filter(present)
    }

    /// Does without fields. Newer models of OpenAI know the most tokens under another name only.
    pub(crate) fn leave_out(&mut self, refused: &BTreeSet<&'static str>) {
        for field in refused {
            if self.own_fields.contains(*field) {
                continue;
            }
            let Some(value) = self.fields.shift_remove(*field) else {
                continue;
            };
            match *field {
                "max_tokens" => {
                    self.fields.insert("max_completion_tokens".into(), value);
                }
                "stream" => {
                    self.fields.shift_remove("stream_options");
                }
                "logprobs" => {
                    self.fields.shift_remove("top_logprobs");
                }
                _ => {}
            }
        }
    }

    /// A stream is asked for.
    pub(crate) fn wants_stream(&self) -> bool {
        self.fields.get("stream") == Some(&Value::Bool(true))
    }

    /// How long the conversation and the declarations of tools are.
    pub(crate) fn n_prompt_bytes(&self) -> usize {
        self.messages.get().len() + self.tools.as_ref().map_or(0, |tools| tools.get().len())
    }

    /// The bytes to send.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Wire {
            fields: &self.fields,
            messages: &self.messages,
            tools: self.tools.as_deref(),
        })
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    #[serde(flatten)]
    fields: &'a Map<String, Value>,
    messages: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<&'a RawValue>,
}

/// A message as servers read it.
#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    content: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<WireCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

#[derive(Serialize)]
struct WireCall<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: WireFunction<'a>,
}

#[derive(Serialize)]
struct WireFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

impl<'a> WireMessage<'a> {
    fn new(message: &'a Message) -> Self {
        let calls = message.tool_calls.iter().map(|call| WireCall {
            id: &call.id,
            kind: "function",
            function: WireFunction {
                name: &call.name,
                arguments: &call.arguments,
            },
        });
        Self {
            role: message.role.name(),
            content: &message.content,
            tool_calls: calls.collect(),
            tool_call_id: message.tool_call_id.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use bughound_core::ToolCall;

    use super::*;
    use crate::request::Sampling;

    fn shown(body: &Body) -> String {
        String::from_utf8(body.to_bytes().unwrap()).unwrap()
    }

    fn request() -> ChatRequest {
        ChatRequest {
            messages: vec![Message::user("hi")],
            tools: vec![json!({"type": "function", "function": {"name": "f"}})],
            ..ChatRequest::default()
        }
    }

    #[test]
    fn what_is_not_asked_for_is_not_sent() {
        let body = Body::new(&request(), "m", Dialect::Native, false).unwrap();
        insta::assert_snapshot!(shown(&body), @r#"{"model":"m","tool_choice":"auto","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#);
        let bare = ChatRequest {
            tools: Vec::new(),
            ..request()
        };
        let body = Body::new(&bare, "m", Dialect::Native, true).unwrap();
        insta::assert_snapshot!(shown(&body), @r#"{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}"#);
    }

    #[test]
    fn all_fields() {
        let mut request = request();
        let call = ToolCall {
            id: "1".into(),
            name: "f".into(),
            arguments: "{}".into(),
        };
        request
            .messages
            .push(Message::assistant("").with_calls(vec![call]));
        request.messages.push(Message::tool("1", "x"));
        request.tool_use = ToolUse::None;
        request.logprobs = true;
        request.sampling = Sampling {
            temperature: Some(0.5),
            top_p: Some(0.9),
            top_k: Some(40),
            min_p: Some(0.1),
            max_tokens: Some(7),
            stop: vec!["x".into()],
            seed: Some(3),
        };
        request.extra.insert("seed".into(), 4.into());
        request.extra.insert("user".into(), "me".into());
        let mut body = Body::new(&request, "m", Dialect::Native, false).unwrap();
        insta::assert_snapshot!(shown(&body), @r#"{"model":"m","temperature":0.5,"top_p":0.9,"min_p":0.1,"top_k":40,"max_tokens":7,"seed":4,"stop":["x"],"tool_choice":"none","logprobs":true,"top_logprobs":1,"return_token_ids":true,"user":"me","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"x","tool_call_id":"1"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#);
        assert!(body.optional_fields().all(|field| field != "seed"));
        body.leave_out(&BTreeSet::from(["max_tokens", "min_p", "seed", "logprobs"]));
        insta::assert_snapshot!(shown(&body).split(",\"messages").next().unwrap(), @r#"{"model":"m","temperature":0.5,"top_p":0.9,"top_k":40,"seed":4,"stop":["x"],"tool_choice":"none","return_token_ids":true,"user":"me","max_completion_tokens":7"#);
    }

    #[test]
    fn text_dialects_send_no_tools() {
        let body = Body::new(&request(), "m", Dialect::Hermes, true).unwrap();
        let text = shown(&body);
        assert!(!text.contains("\"tools\":"), "{text}");
        assert!(!text.contains("tool_choice"), "{text}");
        assert!(text.contains("<tool_call>"), "{text}");
    }

    #[test]
    fn a_stream_can_be_left_out_with_its_options() {
        let mut body = Body::new(&request(), "m", Dialect::Native, true).unwrap();
        assert!(body.wants_stream());
        body.leave_out(&BTreeSet::from(["stream"]));
        assert!(!body.wants_stream());
        assert!(!shown(&body).contains("stream"));
    }
}

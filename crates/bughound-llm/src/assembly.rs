//! A completion put together from the events of a stream, or read from a plain reply at once.

use bughound_core::Usage;
use serde_json::Value;

use crate::delta::Delta;
use crate::dialect::ThinkSplitter;
use crate::error::LlmErrorKind;
use crate::refusal::error_within;

/// What has come so far.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// The text.
    pub(crate) content: String,
    /// Reasoning that the server keeps apart.
    pub(crate) reasoning: String,
    /// Calls that the server has found.
    pub(crate) calls: Vec<PartialCall>,
    /// Why it stopped, in the server's word.
    pub(crate) finish: Option<String>,
    /// Tokens, as the server counts.
    pub(crate) usage: Option<Usage>,
    /// The tokens themselves.
    pub(crate) tokens: Tokens,
    /// The model as the server names it.
    pub(crate) model: Option<String>,
    has_choice: bool,
    splitter: ThinkSplitter,
}

/// A call of which more may come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PartialCall {
    index: Option<u64>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
}

/// Tokens as far as they are told.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tokens {
    pub(crate) prompt_ids: Vec<u32>,
    pub(crate) ids: Vec<u32>,
    pub(crate) logprobs: Vec<f32>,
    pub(crate) texts: Vec<String>,
}

impl Assembly {
    /// Takes an event of a stream, or a whole reply, which has the same shape but for one name.
    pub(crate) fn take(
        &mut self,
        json: &Value,
        give: &mut dyn FnMut(Delta),
    ) -> Result<(), LlmErrorKind> {
        if let Some(kind) = error_within(json) {
            return Err(kind);
        }
        if self.model.is_none() {
            self.model = json["model"].as_str().map(str::to_owned);
        }
        if let Some(usage) = read_usage(&json["usage"]) {
            self.usage = Some(usage);
        }
        if self.tokens.prompt_ids.is_empty() {
            self.tokens.prompt_ids = numbers(&json["prompt_token_ids"]);
        }
        // Only one choice is ever asked for.
        let Some(choice) = json["choices"]
            .as_array()
            .and_then(|choices| choices.first())
        else {
            return Ok(());
        };
        self.has_choice = true;
        let said = |field: &str| choice.get(field).filter(|it| it.is_object());
        if let Some(piece) = said("delta") {
            self.take_said(piece, false, give);
        } else if let Some(whole) = said("message") {
            self.take_said(whole, true, give);
        } else if let Some(text) = choice["text"].as_str() {
            self.take_content(text, give);
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish = Some(reason.to_owned());
        }
        if self.tokens.prompt_ids.is_empty() {
            self.tokens.prompt_ids = numbers(&choice["prompt_token_ids"]);
        }
        self.tokens.ids.extend(numbers(&choice["token_ids"]));
        self.tokens.take_logprobs(&choice["logprobs"]);
        Ok(())
    }

    /// There was at least one choice.
    pub(crate) fn has_choice(&self) -> bool {
        self.has_choice
    }

    /// How long the text is, reasoning and arguments included.
    pub(crate) fn n_bytes(&self) -> usize {
        let arguments: usize = self.calls.iter().map(|call| call.arguments.len()).sum();
        self.content.len() + self.reasoning.len() + arguments
    }

    /// No more comes: gives what was held back for display.
    pub(crate) fn finish_deltas(&mut self, give: &mut dyn FnMut(Delta)) {
        self.splitter
            .finish(|is_thought, text| give(spoken(is_thought, text)));
    }

    fn take_said(&mut self, said: &Value, is_whole: bool, give: &mut dyn FnMut(Delta)) {
        // Some servers send both names with the same text.
        let reasoning = ["reasoning_content", "reasoning"]
            .into_iter()
            .find_map(|field| said[field].as_str().filter(|text| !text.is_empty()));
        if let Some(text) = reasoning {
            self.reasoning.push_str(text);
            give(Delta::Reasoning(text.to_owned()));
        }
        match &said["content"] {
            Value::String(text) => self.take_content(text, give),
            Value::Array(parts) => {
                for part in parts {
                    if let Some(text) = part["text"].as_str() {
                        self.take_content(text, give);
                    } else if part["type"] == "thinking" {
                        let thoughts = part["thinking"].as_array().into_iter().flatten();
                        for text in thoughts.filter_map(|it| it["text"].as_str()) {
                            self.reasoning.push_str(text);
                            give(Delta::Reasoning(text.to_owned()));
                        }
                    }
                }
            }
            _ => {}
        }
        for call in said["tool_calls"].as_array().into_iter().flatten() {
            if is_whole {
                self.calls.push(PartialCall::default());
            }
            self.take_call(call, is_whole, give);
        }
        // The name of old, for the one call of old; llama-cpp-python sends every piece under both names.
        if said["function_call"].is_object() && !said["tool_calls"].is_array() {
            let call = serde_json::json!({"index": 0, "function": said["function_call"]});
            self.take_call(&call, false, give);
        }
    }

    fn take_content(&mut self, text: &str, give: &mut dyn FnMut(Delta)) {
        if text.is_empty() {
            return;
        }
        self.content.push_str(text);
        self.splitter
            .push(text, |is_thought, text| give(spoken(is_thought, text)));
    }

    fn take_call(&mut self, call: &Value, is_last: bool, give: &mut dyn FnMut(Delta)) {
        let function = call.get("function").unwrap_or(call);
        let id = call["id"].as_str().unwrap_or_default();
        let name = function["name"].as_str().unwrap_or_default();
        let arguments = match &function["arguments"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            object => object.to_string(),
        };
        let at = if is_last {
            self.calls.len() - 1
        } else {
            self.which_call(call["index"].as_u64(), id, name)
        };
        let known = &mut self.calls[at];
        if known.id.is_empty() {
            id.clone_into(&mut known.id);
        }
        // Names come whole; a server that repeats the name in every piece does not mean it to grow.
        if known.name.is_empty() && !name.is_empty() {
            name.clone_into(&mut known.name);
            give(Delta::Call {
                index: at,
                name: name.to_owned(),
            });
        }
        if !arguments.is_empty() {
            known.arguments.push_str(&arguments);
            give(Delta::Arguments {
                index: at,
                text: arguments,
            });
        }
    }

    /// Which call a piece belongs to: the one with its index, unless its id says that it is another; without an
    /// index the one with its id; without either, a new one if it has a name and the last one otherwise.
    fn which_call(&mut self, index: Option<u64>, id: &str, name: &str) -> usize {
        let same_id = |call: &PartialCall| id.is_empty() || call.id.is_empty() || call.id == id;
        let known = if let Some(index) = index {
            self.calls
                .iter()
                .rposition(|call| call.index == Some(index))
                .filter(|at| same_id(&self.calls[*at]) || name.is_empty())
        } else if !id.is_empty() {
            self.calls.iter().rposition(|call| call.id == id)
        } else if name.is_empty() {
            self.calls.len().checked_sub(1)
        } else {
            None
        };
        known.unwrap_or_else(|| {
            self.calls.push(PartialCall {
                index,
                ..PartialCall::default()
            });
            self.calls.len() - 1
        })
    }
}

impl Tokens {
    fn take_logprobs(&mut self, logprobs: &Value) {
        for token in logprobs["content"].as_array().into_iter().flatten() {
            let text = token["token"].as_str().unwrap_or_default();
            let id = text
                .strip_prefix("token_id:")
                .and_then(|id| id.parse().ok())
                .or_else(|| u32::try_from(token["id"].as_u64()?).ok());
            self.take_token(text, token["logprob"].as_f64());
            self.ids.extend(id);
        }
        // The form of old.
        let texts = logprobs["tokens"].as_array().into_iter().flatten();
        let values = logprobs["token_logprobs"].as_array().into_iter().flatten();
        for (text, value) in texts.zip(values) {
            self.take_token(text.as_str().unwrap_or_default(), value.as_f64());
        }
    }

    fn take_token(&mut self, text: &str, logprob: Option<f64>) {
        self.texts.push(text.to_owned());
        // A probability of nothing has no logarithm in JSON.
        self.logprobs.push(logprob.map_or(f32::MIN, to_f32));
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "log-probabilities are computed in single precision by servers, and kept so"
)]
fn to_f32(value: f64) -> f32 {
    value.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

fn spoken(is_thought: bool, text: String) -> Delta {
    if is_thought {
        Delta::Reasoning(text)
    } else {
        Delta::Text(text)
    }
}

fn numbers(list: &Value) -> Vec<u32> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| u32::try_from(item.as_u64()?).ok())
        .collect()
}

fn read_usage(usage: &Value) -> Option<Usage> {
    let number = |value: &Value| value.as_u64();
    let prompt_tokens = number(&usage["prompt_tokens"])?;
    let cached_tokens = number(&usage["prompt_tokens_details"]["cached_tokens"])
        .or_else(|| number(&usage["prompt_cache_hit_tokens"]))
        .or_else(|| number(&usage["cached_tokens"]));
    let reasoning_tokens = number(&usage["completion_tokens_details"]["reasoning_tokens"])
        .or_else(|| number(&usage["reasoning_tokens"]));
    Some(Usage {
        prompt_tokens,
        cached_tokens: cached_tokens.unwrap_or_default(),
        completion_tokens: number(&usage["completion_tokens"]).unwrap_or_default(),
        reasoning_tokens: reasoning_tokens.unwrap_or_default(),
        estimated: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assemble(events: &[Value]) -> (Assembly, Vec<Delta>) {
        let mut assembly = Assembly::default();
        let mut deltas = Vec::new();
        for event in events {
            assembly
                .take(event, &mut |delta| deltas.push(delta))
                .unwrap();
        }
        assembly.finish_deltas(&mut |delta| deltas.push(delta));
        (assembly, deltas)
    }

    fn check_calls(deltas: &[Value], expect: &[(&str, &str, &str)]) {
        let events: Vec<Value> = deltas
            .iter()
            .map(|delta| json!({"choices": [{"delta": {"tool_calls": delta}}]}))
            .collect();
        let (assembly, _) = assemble(&events);
        let found: Vec<(&str, &str, &str)> = assembly
            .calls
            .iter()
            .map(|call| {
                (
                    call.id.as_str(),
                    call.name.as_str(),
                    call.arguments.as_str(),
                )
            })
            .collect();
        assert_eq!(found, expect, "{deltas:?}");
    }

    #[test]
    fn calls_come_in_many_shapes() {
        // In pieces, by index, interleaved.
        check_calls(
            &[
                json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]),
                json!([{"index": 1, "id": "b", "function": {"name": "g"}}]),
                json!([{"index": 0, "function": {"arguments": "{\"x\""}}]),
                json!([{"index": 1, "function": {"arguments": "{}"}}]),
                json!([{"index": 0, "function": {"arguments": ":1}"}}]),
            ],
            &[("a", "f", "{\"x\":1}"), ("b", "g", "{}")],
        );
        // Whole, all with the same index.
        check_calls(
            &[
                json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]),
                json!([{"index": 0, "id": "b", "function": {"name": "f", "arguments": "{}"}}]),
            ],
            &[("a", "f", "{}"), ("b", "f", "{}")],
        );
        // Whole, without index and id, arguments as an object.
        check_calls(
            &[
                json!([{"function": {"name": "f", "arguments": {"x": 1}}}, {"function": {"name": "f"}}]),
            ],
            &[("", "f", "{\"x\":1}"), ("", "f", "")],
        );
        // Without an index, by id, then by position.
        check_calls(
            &[
                json!([{"id": "a", "function": {"name": "f", "arguments": "{"}}]),
                json!([{"id": "a", "function": {"arguments": "}"}}]),
                json!([{"function": {"arguments": " "}}]),
            ],
            &[("a", "f", "{} ")],
        );
        // Id and name in every piece.
        check_calls(
            &[
                json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]),
                json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "}"}}]),
            ],
            &[("a", "f", "{}")],
        );
        // Under the name of old, and under both names.
        let old = json!({"name": "f", "arguments": "{}"});
        let both = json!([{"index": 0, "id": "a", "function": old}]);
        let (assembly, _) = assemble(&[json!({"choices": [{"delta": {"function_call": old}}]})]);
        assert_eq!(assembly.calls[0].arguments, "{}");
        let (assembly, _) = assemble(&[
            json!({"choices": [{"delta": {"function_call": old, "tool_calls": both}}]}),
        ]);
        assert_eq!(
            (assembly.calls.len(), assembly.calls[0].arguments.as_str()),
            (1, "{}")
        );
        // Fields that are null.
        check_calls(
            &[
                json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": null}}]),
                json!([{"index": 0, "id": null, "function": {"name": null, "arguments": "{}"}}]),
                json!(null),
            ],
            &[("a", "f", "{}")],
        );
    }

    #[test]
    fn texts_and_thoughts_are_told_as_they_come() {
        let delta = |delta: Value| json!({"choices": [{"delta": delta}]});
        let (assembly, deltas) = assemble(&[
            delta(json!({"role": "assistant", "content": ""})),
            delta(json!({"reasoning": "hm", "reasoning_content": "hm"})),
            delta(json!({"content": "<thi"})),
            delta(json!({"content": "nk>why</think>so"})),
            delta(json!({"content": [{"type": "text", "text": "!"}]})),
            json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
            json!({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}),
        ]);
        assert_eq!(assembly.content, "<think>why</think>so!");
        assert_eq!(assembly.reasoning, "hm");
        assert_eq!(assembly.finish.as_deref(), Some("stop"));
        assert_eq!(assembly.usage.map(|it| it.total()), Some(7));
        let text = |text: &str| Delta::Text(text.into());
        let thought = |text: &str| Delta::Reasoning(text.into());
        assert_eq!(
            deltas,
            [thought("hm"), thought("why"), text("so"), text("!")]
        );
    }

    #[test]
    fn usage_has_many_names() {
        let check = |usage: Value, expect: Option<(u64, u64, u64, u64)>| {
            let found = read_usage(&usage).map(|it| {
                (
                    it.prompt_tokens,
                    it.cached_tokens,
                    it.completion_tokens,
                    it.reasoning_tokens,
                )
            });
            assert_eq!(found, expect, "{usage}");
        };
        check(Value::Null, None);
        check(
            json!({"prompt_tokens": 1, "completion_tokens": 2}),
            Some((1, 0, 2, 0)),
        );
        check(
            json!({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 8},
                "completion_tokens_details": {"reasoning_tokens": 1}}),
            Some((9, 8, 2, 1)),
        );
        check(
            json!({"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 7, "prompt_tokens_details": null}),
            Some((9, 7, 2, 0)),
        );
    }

    #[test]
    fn tokens_are_told_in_several_ways() {
        let check = |choices: &[Value], ids: &[u32], texts: &[&str]| {
            let events: Vec<Value> = choices.iter().map(|it| json!({"choices": [it]})).collect();
            let tokens = assemble(&events).0.tokens;
            assert_eq!(tokens.ids, ids);
            assert_eq!(tokens.texts, texts);
            assert_eq!(tokens.logprobs.len(), texts.len());
        };
        let content =
            json!({"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": null}]});
        check(
            &[json!({"logprobs": content}), json!({"logprobs": content})],
            &[],
            &["a", "b", "a", "b"],
        );
        check(
            &[json!({"logprobs": content, "token_ids": [5, 6]})],
            &[5, 6],
            &["a", "b"],
        );
        check(
            &[json!({"logprobs": {"content": [{"token": "token_id:7", "logprob": -1}]}})],
            &[7],
            &["token_id:7"],
        );
        check(
            &[json!({"logprobs": {"content": [{"id": 8, "token": "x", "logprob": -1}]}})],
            &[8],
            &["x"],
        );
        check(
            &[json!({"logprobs": {"tokens": ["a"], "token_logprobs": [-0.5]}})],
            &[],
            &["a"],
        );
        check(&[json!({"logprobs": null})], &[], &[]);
    }
}

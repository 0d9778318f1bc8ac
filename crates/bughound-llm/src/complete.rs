//! From what a server sent to what a policy said.

use std::collections::BTreeSet;

use bughound_core::{
    Completion, FinishReason, MalformedCall, Message, Role, SampledTokens, ToolCall, Usage,
};
use serde_json::Value;

use crate::assembly::{Assembly, PartialCall, Tokens};
use crate::dialect::{ReadText, read_calls, split_thoughts};
use crate::request::ChatRequest;

/// About how many bytes a token is, where the server does not count.
const BYTES_PER_TOKEN: u64 = 4;

/// Reads a reply that is complete. `n_prompt_bytes` is for the estimate of usage.
pub(crate) fn complete(
    assembly: Assembly,
    request: &ChatRequest,
    n_prompt_bytes: usize,
    was_cut: bool,
) -> Completion {
    let usage = assembly
        .usage
        .unwrap_or_else(|| estimate(n_prompt_bytes, &assembly));
    let (thoughts, speech) = split_thoughts(&assembly.content);
    let reasoning = [Some(assembly.reasoning.as_str()), thoughts]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n");

    let mut ids = IdGiver::new(&request.messages);
    let mut calls = Vec::new();
    let mut malformed = Vec::new();
    let is_cut = was_cut || assembly.finish.as_deref() == Some("length");
    let n_calls = assembly.calls.len();
    for (at, call) in assembly.calls.into_iter().enumerate() {
        let may_be_cut = is_cut && at + 1 == n_calls;
        match native_call(call, may_be_cut, &mut ids) {
            Ok(call) => calls.push(call),
            Err(call) => malformed.push(call),
        }
    }
    let mut content = speech.to_owned();
    if n_calls == 0 && !request.tools.is_empty() {
        let read: ReadText = read_calls(speech, &request.tools);
        content = read.text;
        malformed = read.malformed;
        calls.extend(read.calls.into_iter().map(|(name, arguments)| ToolCall {
            id: ids.next(""),
            name,
            arguments,
        }));
    }
    let finish = if is_cut {
        FinishReason::Length
    } else {
        finish_reason(assembly.finish.as_deref(), !calls.is_empty())
    };
    Completion {
        message: Message {
            role: Role::Assistant,
            content,
            reasoning: (!reasoning.is_empty()).then_some(reasoning),
            tool_calls: calls,
            tool_call_id: None,
        },
        malformed,
        finish,
        usage: Some(usage),
        tokens: sampled(assembly.tokens),
        model: assembly.model,
        n_retries: 0,
    }
}

/// What a model's text says: thoughts, words and calls apart, as they are read of a server's reply. For engines that run
/// here; usage and tokens are theirs to add.
pub fn read_reply(text: &str, request: &ChatRequest, was_cut: bool) -> Completion {
    let mut assembly = Assembly::default();
    text.clone_into(&mut assembly.content);
    assembly.finish = Some("stop".to_owned());
    let mut completion = complete(assembly, request, 0, was_cut);
    completion.usage = None;
    completion
}

/// A call that the server has found, or why it is none: it has no name, or it was cut off.
fn native_call(
    call: PartialCall,
    may_be_cut: bool,
    ids: &mut IdGiver,
) -> Result<ToolCall, MalformedCall> {
    let PartialCall {
        id,
        name,
        mut arguments,
        ..
    } = call;
    let problem = if name.is_empty() {
        "the call has no name"
    } else if may_be_cut && serde_json::from_str::<Value>(&arguments).is_err() {
        "the call was cut off at the limit of tokens"
    } else {
        // Tools without arguments are called without a text by some.
        if arguments.trim().is_empty() {
            "{}".clone_into(&mut arguments);
        }
        return Ok(ToolCall {
            id: ids.next(&id),
            name,
            arguments,
        });
    };
    Err(MalformedCall {
        text: format!("{name}({arguments})"),
        problem: problem.to_owned(),
    })
}

fn finish_reason(word: Option<&str>, has_calls: bool) -> FinishReason {
    match word {
        // Servers disagree on what to say of calls.
        Some("stop" | "tool_calls" | "function_call" | "eos" | "end_turn") if has_calls => {
            FinishReason::ToolCalls
        }
        Some("stop" | "tool_calls" | "function_call" | "eos" | "end_turn") => FinishReason::Stop,
        Some("length" | "max_tokens") => FinishReason::Length,
        Some("content_filter") => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

/// Tokens that are told one by one are counted; others are estimated.
fn estimate(n_prompt_bytes: usize, assembly: &Assembly) -> Usage {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let tokens = |n_bytes: usize| number(n_bytes).div_ceil(BYTES_PER_TOKEN);
    let n_told = assembly
        .tokens
        .logprobs
        .len()
        .max(assembly.tokens.ids.len());
    Usage {
        prompt_tokens: tokens(n_prompt_bytes),
        completion_tokens: if n_told > 0 {
            number(n_told)
        } else {
            tokens(assembly.n_bytes())
        },
        estimated: true,
        ..Usage::default()
    }
}

/// The tokens, if there are any; lists that contradict each other are not kept together.
fn sampled(tokens: Tokens) -> Option<SampledTokens> {
    let Tokens {
        prompt_ids,
        mut ids,
        logprobs,
        mut texts,
    } = tokens;
    if !logprobs.is_empty() && ids.len() != logprobs.len() {
        ids.clear();
    }
    if !ids.is_empty() {
        texts.clear();
    }
    let is_empty = ids.is_empty() && logprobs.is_empty();
    (!is_empty).then_some(SampledTokens {
        prompt_ids,
        ids,
        logprobs,
        texts,
    })
}

/// Gives ids to calls that have none, or one that the conversation knows already.
struct IdGiver {
    known: BTreeSet<String>,
}

impl IdGiver {
    fn new(messages: &[Message]) -> Self {
        let calls = messages.iter().flat_map(|message| &message.tool_calls);
        Self {
            known: calls.map(|call| call.id.clone()).collect(),
        }
    }

    fn next(&mut self, own: &str) -> String {
        let mut id = own.to_owned();
        let mut n = self.known.len();
        while id.is_empty() || self.known.contains(&id) {
            n += 1;
            id = format!("call_{n}");
        }
        self.known.insert(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn completion(reply: &Value, request: &ChatRequest) -> Completion {
        let mut assembly = Assembly::default();
        assembly.take(reply, &mut |_| ()).unwrap();
        complete(assembly, request, 100, false)
    }

    fn with_tools() -> ChatRequest {
        ChatRequest {
            messages: vec![Message::assistant("").with_calls(vec![ToolCall {
                id: "call_1".into(),
                name: "f".into(),
                arguments: "{}".into(),
            }])],
            tools: vec![json!({"type": "function", "function": {"name": "f"}})],
            ..ChatRequest::default()
        }
    }

    #[test]
    fn calls_in_texts_count_where_tools_exist_and_the_server_found_none() {
        let text = "Hm. <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>";
        let reply = json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]});
        let found = completion(&reply, &with_tools());
        insta::assert_debug_snapshot!((&found.message.content, &found.message.tool_calls, found.finish), @r#"
        (
            "Hm.",
            [
                ToolCall {
                    id: "call_2",
                    name: "f",
                    arguments: "{\"a\": 1}",
                },
            ],
            ToolCalls,
        )
        "#);
        let found = completion(&reply, &ChatRequest::default());
        assert_eq!(
            (found.message.content.as_str(), found.finish),
            (text, FinishReason::Stop)
        );
        assert_eq!(found.message.tool_calls, []);
    }

    #[test]
    fn ids_are_unique_within_a_conversation() {
        let call = |id: &str| json!({"id": id, "function": {"name": "f", "arguments": "{}"}});
        let calls = json!([call("call_1"), call("x"), call(""), call("x")]);
        let reply = json!({"choices": [{"message": {"content": null, "tool_calls": calls}}]});
        let found = completion(&reply, &with_tools()).message.tool_calls;
        let ids: Vec<&str> = found.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["call_2", "x", "call_4", "call_5"]);
    }

    #[test]
    fn calls_that_are_cut_off_or_nameless_are_malformed() {
        let check = |finish: &str, name: &str, arguments: &str, expect: &str| {
            let calls = json!([{"index": 0, "id": "x", "function": {"name": name, "arguments": arguments}}]);
            let reply =
                json!({"choices": [{"message": {"tool_calls": calls}, "finish_reason": finish}]});
            let found = completion(&reply, &with_tools());
            let shown = match (found.message.tool_calls.first(), found.malformed.first()) {
                (Some(call), None) => format!("call {}", call.arguments),
                (None, Some(call)) => format!("{}: {}", call.text, call.problem),
                other => panic!("{other:?}"),
            };
            assert_eq!(shown, expect);
        };
        check("tool_calls", "f", "{}", "call {}");
        check("tool_calls", "f", "", "call {}");
        check("tool_calls", "f", "{\"a", "call {\"a");
        check("length", "f", "{}", "call {}");
        check(
            "length",
            "f",
            "{\"a",
            "f({\"a): the call was cut off at the limit of tokens",
        );
        check("stop", "", "{}", "({}): the call has no name");
    }

    #[test]
    fn usage_is_estimated_where_it_is_not_told() {
        let reply = json!({"choices": [{"message": {"content": "12345"}}]});
        let usage = completion(&reply, &ChatRequest::default()).usage.unwrap();
        assert_eq!(
            (
                usage.prompt_tokens,
                usage.completion_tokens,
                usage.estimated
            ),
            (25, 2, true)
        );
        let logprobs = json!({"content": [{"token": "12345", "logprob": -1.0}]});
        let reply = json!({"choices": [{"message": {"content": "12345"}, "logprobs": logprobs}]});
        let usage = completion(&reply, &ChatRequest::default()).usage.unwrap();
        assert_eq!(usage.completion_tokens, 1);
    }

    #[test]
    fn reasoning_is_kept_apart() {
        let check = |message: Value, reasoning: Option<&str>, content: &str| {
            let found = completion(
                &json!({"choices": [{"message": message}]}),
                &ChatRequest::default(),
            );
            assert_eq!(found.message.reasoning.as_deref(), reasoning);
            assert_eq!(found.message.content, content);
        };
        check(json!({"content": "a"}), None, "a");
        check(
            json!({"content": "a", "reasoning_content": "hm"}),
            Some("hm"),
            "a",
        );
        check(
            json!({"content": "<think>hm</think>\n\na"}),
            Some("hm"),
            "a",
        );
        check(json!({"content": "<think>\n\n</think>\n\na"}), None, "a");
        check(json!({"content": "<think>hm"}), Some("hm"), "");
        check(json!({"content": null, "reasoning": "hm"}), Some("hm"), "");
    }

    #[test]
    fn tokens_that_contradict_each_other_are_dropped() {
        let check = |choice: Value, expect: Option<(usize, usize, usize)>| {
            let found = completion(&json!({"choices": [choice]}), &ChatRequest::default());
            let sizes = found
                .tokens
                .map(|it| (it.ids.len(), it.logprobs.len(), it.texts.len()));
            assert_eq!(sizes, expect, "{choice}");
        };
        let logprobs = json!({"content": [{"token": "a", "logprob": -1.0}]});
        check(json!({"message": {}}), None);
        check(
            json!({"message": {}, "logprobs": logprobs}),
            Some((0, 1, 1)),
        );
        check(
            json!({"message": {}, "logprobs": logprobs, "token_ids": [1]}),
            Some((1, 1, 0)),
        );
        check(
            json!({"message": {}, "logprobs": logprobs, "token_ids": [1, 2]}),
            Some((0, 1, 1)),
        );
        check(json!({"message": {}, "token_ids": [1, 2]}), Some((2, 0, 0)));
    }
}

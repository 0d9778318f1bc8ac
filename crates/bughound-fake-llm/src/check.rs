//! What every request must satisfy, whichever server it goes to.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::http::Request;

/// What is wrong with a request: everything that some OpenAI-compatible server or chat template refuses.
///
/// The key is the one that must be sent, if any. Conversations: system messages come first; no two messages
/// in a row of the user or of the assistant; the assistant does not have the last word; every call has an id
/// of its own and arguments that are an object, and is answered before anything else is said; every tool's
/// message answers an open call.
pub fn problems_of(request: &Request, key: Option<&str>) -> Vec<String> {
    let mut problems = Problems(Vec::new());
    let sent = request.header("authorization");
    let expected = key.map(|key| format!("Bearer {key}"));
    problems.unless(sent == expected.as_deref(), || match (sent, key) {
        (None, _) => "no Authorization header, although a key was set".into(),
        (Some(_), None) => "an Authorization header, although no key was set".into(),
        (Some(_), Some(_)) => "another Authorization header than `Bearer KEY`".into(),
    });
    if !request.is_chat() {
        problems.unless(request.is_models(), || {
            format!("{} {} is unknown", request.method, request.path)
        });
        return problems.0;
    }
    let content_type = request.header("content-type").unwrap_or_default();
    problems.unless(content_type.starts_with("application/json"), || {
        format!("content type {content_type:?}")
    });
    let Some(body) = request.json.as_object() else {
        problems.0.push("the body is no JSON object".into());
        return problems.0;
    };
    for (field, value) in body {
        problems.unless(!value.is_null(), || format!("{field} is null"));
    }
    let model = request.json["model"].as_str().unwrap_or_default();
    problems.unless(!model.is_empty(), || "no model".into());
    sampling(&request.json, &mut problems);
    tools(&request.json, &mut problems);
    match request.json["messages"].as_array() {
        Some(messages) if !messages.is_empty() => conversation(messages, &mut problems),
        _ => problems.0.push("no messages".into()),
    }
    problems.0
}

struct Problems(Vec<String>);

impl Problems {
    fn unless(&mut self, good: bool, problem: impl FnOnce() -> String) {
        if !good {
            self.0.push(problem());
        }
    }
}

fn sampling(body: &Value, problems: &mut Problems) {
    let mut number = |field: &str, good: fn(f64) -> bool| {
        if let Some(value) = body.get(field) {
            problems.unless(value.as_f64().is_some_and(good), || {
                format!("{field} is {value}")
            });
        }
    };
    number("temperature", |it| (0.0..=2.0).contains(&it));
    number("top_p", |it| it > 0.0 && it <= 1.0);
    number("min_p", |it| (0.0..=1.0).contains(&it));
    number("max_tokens", |it| it >= 1.0 && it.fract() == 0.0);
    number("seed", |it| it.fract() == 0.0);
    problems.unless(
        body.get("stream_options").is_none() || body["stream"] == true,
        || "stream_options without a stream".into(),
    );
}

fn tools(body: &Value, problems: &mut Problems) {
    let Some(tools) = body.get("tools") else {
        problems.unless(body.get("tool_choice").is_none(), || {
            "tool_choice without tools".into()
        });
        return;
    };
    let tools = tools.as_array().map(Vec::as_slice).unwrap_or_default();
    problems.unless(!tools.is_empty(), || "an empty list of tools".into());
    let mut names = BTreeSet::new();
    for tool in tools {
        let name = tool["function"]["name"].as_str().unwrap_or_default();
        let is_function = tool["type"] == "function" && tool["function"]["parameters"].is_object();
        problems.unless(is_function && !name.is_empty(), || {
            format!("a tool that is no function with a name and parameters: {tool}")
        });
        problems.unless(names.insert(name), || format!("two tools named {name:?}"));
    }
}

fn conversation(messages: &[Value], problems: &mut Problems) {
    let mut known = BTreeSet::new();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut before = "";
    for (at, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        let says = |what: &str| format!("message {at} ({role}) {what}");
        let calls = message["tool_calls"].as_array();
        let may_be_null = role == "assistant" && calls.is_some();
        let content = message.get("content").unwrap_or(&Value::Null);
        problems.unless(
            content.is_string() || (may_be_null && content.is_null()),
            || says("has no content that is a string"),
        );
        problems.unless(role == "tool" || open.is_empty(), || {
            says(&format!("comes while calls are open: {open:?}"))
        });
        problems.unless(role == "assistant" || calls.is_none(), || {
            says("makes calls")
        });
        match role {
            "system" => problems.unless(before.is_empty() || before == "system", || {
                says("is not at the start")
            }),
            "user" | "assistant" => {
                problems.unless(before != role, || says("follows one of the same role"));
            }
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                problems.unless(open.remove(id), || {
                    says(&format!("answers {id:?}, which is no open call"))
                });
            }
            _ => problems.0.push(says("has an unknown role")),
        }
        if role != "tool" {
            open.clear();
        }
        for call in calls.into_iter().flatten() {
            let id = call["id"].as_str().unwrap_or_default();
            problems.unless(!id.is_empty() && known.insert(id), || {
                says(&format!("makes a call whose id is empty or known: {id:?}"))
            });
            open.insert(id);
            let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
            let is_object = serde_json::from_str::<Value>(arguments).is_ok_and(|it| it.is_object());
            let has_name = call["function"]["name"]
                .as_str()
                .is_some_and(|it| !it.is_empty());
            problems.unless(call["type"] == "function" && has_name && is_object, || {
                says(&format!("makes a call that is malformed: {call}"))
            });
        }
        before = role;
    }
    problems.unless(open.is_empty(), || {
        format!("calls are open at the end: {open:?}")
    });
    problems.unless(before != "assistant", || {
        "the assistant has the last word".into()
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(body: &Value, expect: &[&str]) {
        let request = Request {
            method: "POST".into(),
            path: "/v1/chat/completions".into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string().into_bytes(),
            json: body.clone(),
        };
        let found = problems_of(&request, None);
        assert_eq!(found.len(), expect.len(), "{body}\n{found:#?}");
        for (found, expect) in found.iter().zip(expect) {
            assert!(found.contains(expect), "{found:?} lacks {expect:?}");
        }
    }

    fn conversation_of(messages: &Value) -> Value {
        json!({"model": "m", "messages": messages})
    }

    #[test]
    fn sound_conversations_pass_and_others_are_named() {
        let call =
            json!({"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}});
        let bad =
            json!({"id": "c2", "type": "function", "function": {"name": "f", "arguments": "{"}});
        let user = json!({"role": "user", "content": "hi"});
        let asks = json!({"role": "assistant", "content": null, "tool_calls": [call]});
        let answers = json!({"role": "tool", "tool_call_id": "c1", "content": "x"});
        check(&conversation_of(&json!([user])), &[]);
        check(&conversation_of(&json!([user, asks, answers])), &[]);
        check(&conversation_of(&json!([user, asks, answers, user])), &[]);
        check(&conversation_of(&json!([])), &["no messages"]);
        check(&conversation_of(&json!([user, user])), &["same role"]);
        check(
            &conversation_of(&json!([user, asks, user])),
            &["calls are open: {\"c1\"}"],
        );
        check(&conversation_of(&json!([user, answers])), &["no open call"]);
        check(
            &conversation_of(&json!([user, asks])),
            &["open at the end", "last word"],
        );
        check(
            &conversation_of(&json!([user, asks, answers, asks, answers])),
            &["empty or known"],
        );
        check(
            &conversation_of(
                &json!([user, {"role": "assistant", "content": "", "tool_calls": [bad]},
                {"role": "tool", "tool_call_id": "c2", "content": "x"}]),
            ),
            &["malformed"],
        );
        check(
            &conversation_of(&json!([user, {"role": "assistant", "content": "a"},
                {"role": "system", "content": "late"}])),
            &["not at the start"],
        );
        check(
            &conversation_of(&json!([{"role": "developer", "content": ["x"]}])),
            &["content", "unknown role"],
        );
    }

    #[test]
    fn sampling_and_tools_are_checked() {
        let with = |field: &str, value: Value| {
            let mut body = conversation_of(&json!([{"role": "user", "content": "hi"}]));
            body[field] = value;
            body
        };
        check(&with("temperature", json!(0.5)), &[]);
        check(&with("temperature", json!(3)), &["temperature is 3"]);
        check(&with("top_p", json!(0)), &["top_p is 0"]);
        check(
            &with("seed", Value::Null),
            &["seed is null", "seed is null"],
        );
        check(&with("max_tokens", json!(0)), &["max_tokens is 0"]);
        check(&with("stream_options", json!({})), &["without a stream"]);
        check(&with("tool_choice", json!("auto")), &["without tools"]);
        check(&with("tools", json!([])), &["empty list"]);
        let tool = json!({"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}});
        check(&with("tools", json!([tool])), &[]);
        check(&with("tools", json!([tool, tool])), &["two tools"]);
        check(&with("tools", json!([{"name": "f"}])), &["no function"]);
    }

    #[test]
    fn the_key_is_sent_if_and_only_if_there_is_one() {
        let check = |header: Option<&str>, key: Option<&str>, expect: usize| {
            let headers = header.map(|it| ("authorization".to_owned(), it.to_owned()));
            let request = Request {
                method: "GET".into(),
                path: "/v1/models".into(),
                headers: headers.into_iter().collect(),
                body: Vec::new(),
                json: Value::Null,
            };
            assert_eq!(
                problems_of(&request, key).len(),
                expect,
                "{header:?} {key:?}"
            );
        };
        check(None, None, 0);
        check(Some("Bearer k"), Some("k"), 0);
        check(Some("Bearer k"), None, 1);
        check(None, Some("k"), 1);
        check(Some("Bearer j"), Some("k"), 1);
    }
}

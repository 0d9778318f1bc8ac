//! Templates render as in Python.

use std::collections::BTreeMap;
use std::path::Path;

use bughound_core::{Message, Role, ToolCall};
use bughound_tokens::{ChatOptions, ChatTemplate, Style};
use serde_json::Value;

fn fixture(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

fn message(value: &Value) -> Message {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let role = match text("role").unwrap().as_str() {
        "system" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "tool" => Role::Tool,
        other => panic!("no role: {other}"),
    };
    let calls = value["tool_calls"].as_array().into_iter().flatten();
    Message {
        reasoning: text("reasoning_content"),
        tool_call_id: text("tool_call_id"),
        tool_calls: calls
            .map(|call| {
                let arguments = &call["function"]["arguments"];
                ToolCall {
                    id: call["id"].as_str().unwrap().to_owned(),
                    name: call["function"]["name"].as_str().unwrap().to_owned(),
                    arguments: arguments
                        .as_str()
                        .map_or_else(|| arguments.to_string(), str::to_owned),
                }
            })
            .collect(),
        ..Message::new(role, text("content").unwrap())
    }
}

#[test]
fn every_rendering_is_python_s_to_the_byte() {
    let page: Value = serde_json::from_str(&fixture("renderings.json")).unwrap();
    let variables = BTreeMap::from([("eos_token".to_owned(), "<|im_end|>".to_owned())]);
    let sources = [
        ("qwen2.5", fixture("templates/qwen2.5.jinja")),
        ("qwen3", fixture("templates/qwen3.jinja")),
        ("our qwen", Style::Qwen.template().to_owned()),
        ("our compact", Style::Compact.template().to_owned()),
    ];
    let templates: BTreeMap<&str, ChatTemplate> = sources
        .iter()
        .map(|(name, source)| (*name, ChatTemplate::new(source, variables.clone()).unwrap()))
        .collect();
    let tools = page["tools"].as_array().unwrap();
    let mut n_by_template: BTreeMap<&str, usize> = BTreeMap::new();
    for case in page["cases"].as_array().unwrap() {
        let name = case["template"].as_str().unwrap();
        let chat = case["chat"].as_str().unwrap();
        let messages: Vec<Message> = page["chats"][chat]
            .as_array()
            .unwrap()
            .iter()
            .map(message)
            .collect();
        let messages: Vec<&Message> = messages.iter().collect();
        let options = ChatOptions {
            tools: if case["tools"] == true { tools } else { &[] },
            enable_thinking: case["thinking"].as_bool(),
            today: None,
        };
        let asks = case["asks"] == true;
        let text = templates[name].render(&messages, asks, &options).unwrap();
        assert_eq!(
            text,
            case["text"].as_str().unwrap(),
            "{name}, {chat}, {options:?}"
        );
        *n_by_template.entry(name).or_default() += 1;
    }
    let counts: Vec<(&str, usize)> = n_by_template.into_iter().collect();
    assert_eq!(
        counts,
        [
            ("our compact", 48),
            ("our qwen", 48),
            ("qwen2.5", 48),
            ("qwen3", 72)
        ]
    );
}

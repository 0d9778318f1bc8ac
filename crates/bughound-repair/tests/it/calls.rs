//! A model calls all tools, natively and as JSON in XML tags.

use bughound_core::Message;
use bughound_fake_llm::{Answer, FakeServer, Reply};
use bughound_llm::{CancelToken, ChatRequest, Client, ClientSettings, Dialect, ServerUrl};
use bughound_repair::repair_set;
use bughound_tools::ToolError;
use serde_json::{Value, json};

use crate::support::{adder, prepare, workbench};

/// A call of each of the ten.
fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("find_files", json!({"pattern": "*.c"})),
        ("find_files_with_text", json!({"text": "find_package"})),
        ("read_file", json!({"file": "CMakeLists.txt"})),
        (
            "write_file",
            json!({"file": "notes/<a>.txt", "content": "if (a < b && c > \"d\") </tool>\n"}),
        ),
        ("run_sh", json!({"command": "cat notes/*"})),
        (
            "dependency_upgrade",
            json!({"dependency": "cmake", "version": "3.20"}),
        ),
        ("remove_dependency", json!({"dependency": "NoSuchThing"})),
        ("upgrade_gradle", json!({"version": "3.10"})),
        ("validate_and_build", json!({})),
        (
            "ask_for_help",
            json!({"question": "CMake 3.99 or higher is required"}),
        ),
    ]
}

#[test]
fn all_ten_are_described_and_called() {
    let set = repair_set("repair").unwrap();
    let names: Vec<&str> = calls().iter().map(|(name, _)| *name).collect();
    let declared: Vec<&str> = set.tools.iter().map(|tool| tool.name()).collect();
    assert_eq!(declared, names);
    let prepared = prepare(&adder());
    let mut said = Vec::new();
    for dialect in [Dialect::Native, Dialect::Xml] {
        let script = calls()
            .into_iter()
            .enumerate()
            .map(|(at, (name, arguments))| {
                Reply::answer(match dialect {
                    Dialect::Native => Answer::call(&format!("c{at}"), name, arguments.to_string()),
                    _ => Answer::text(format!("<tool name=\"{name}\">\n{arguments}\n</tool>")),
                })
            });
        let server = FakeServer::start(script.collect::<Vec<_>>()).unwrap();
        let url = ServerUrl::parse(&server.base_url()).unwrap();
        let client = Client::new(ClientSettings {
            dialect,
            ..ClientSettings::new(url, "fake-model")
        })
        .unwrap();
        let declarations = set.declarations();
        let mut request = ChatRequest {
            messages: vec![Message::user("Repair it.")],
            tools: declarations.as_array().unwrap().clone(),
            ..ChatRequest::default()
        };
        let bench = workbench(&prepared);
        let mut results = Vec::new();
        for (name, arguments) in calls() {
            let completion = client
                .complete(&request, &mut |_| (), &CancelToken::new(), None)
                .unwrap();
            let [call] = completion.message.tool_calls.as_slice() else {
                panic!("{dialect} {name}: {completion:?}");
            };
            assert_eq!(call.name, name);
            let read: Value = serde_json::from_str(&call.arguments).unwrap();
            assert_eq!(read, arguments, "{dialect}");
            let text = match set.call(&bench, &call.name, &read) {
                Ok(output) => output.text,
                Err(ToolError::Told(told)) => panic!("{dialect} {name}: {told}"),
                Err(fault) => panic!("{dialect} {name}: {fault}"),
            };
            let result = Message::tool(&call.id, &text);
            request.messages.push(completion.message.clone());
            request.messages.push(result);
            results.push(text.lines().next().unwrap_or("").to_owned());
        }
        server.assert_sound();
        let sent = &server.requests()[0].json;
        assert_eq!(sent.get("tools").is_some(), dialect == Dialect::Native);
        let described = sent.to_string();
        for name in names.iter() {
            assert!(described.contains(name), "{dialect}: {name}");
        }
        assert!(bench.last_verdict().unwrap().passed, "{dialect}");
        said.push((results[0].clone(), results[8].clone()));
    }
    assert_eq!(said[0], said[1], "both dialects, the same results");
    assert_eq!(
        said[0].1,
        "PASSED: it builds, and its tests do what they should."
    );
}

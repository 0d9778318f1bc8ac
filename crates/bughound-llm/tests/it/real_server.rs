//! The client against a real server that nobody here wrote; `scripts/dev/real_server.sh` starts it and runs these.
//!
//! The server's model says two fixed texts and, where the user says "noise", random letters without end: see
//! `scripts/dev/scripted_gguf.py`.

use std::time::{Duration, Instant};

use bughound_core::{Completion, FinishReason, Message};
use bughound_llm::{
    CancelToken, ChatRequest, Client, ClientSettings, Delta, Dialect, LlmErrorKind, Sampling,
    Secret, ServerUrl, ToolUse,
};
use serde_json::{Value, json};

use crate::{ask, hear};

const ARGUMENTS: &str = r#"{"q": "class Parser"}"#;
const ANSWER: &str = "It is in src/parser.py, in Parser.parse.";

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn a_conversation_with_a_tool() {
    for dialect in [Dialect::Native, Dialect::Hermes, Dialect::Xml] {
        for stream in [true, false] {
            let client = client(|settings| {
                settings.dialect = dialect;
                settings.stream = stream;
            });
            let mut request = question("Where is the error?");
            let (first, deltas) = hear(&client, &request);
            let first = first.unwrap();
            let place = format!("{dialect}, stream {stream}: {first:?}");
            assert_eq!(first.message.tool_calls.len(), 1, "{place}");
            let call = &first.message.tool_calls[0];
            assert_eq!(call.name, "search", "{place}");
            let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
            assert_eq!(
                arguments,
                serde_json::from_str::<Value>(ARGUMENTS).unwrap(),
                "{place}"
            );
            assert_eq!(first.message.content.trim(), "I look for it.", "{place}");
            assert_eq!(first.finish, FinishReason::ToolCalls, "{place}");
            // llama-cpp-python counts no tokens in streams.
            let counts = calls_are_native() || !stream;
            assert_ne!(first.usage.unwrap().estimated, counts, "{place}");
            if stream {
                assert!(deltas.len() > 5, "{place}: {deltas:?}");
            }
            let natively = deltas
                .iter()
                .any(|delta| matches!(delta, Delta::Call { .. }));
            let expected = dialect == Dialect::Native && calls_are_native();
            assert_eq!(natively, expected, "{place}");

            let result = Message::tool(&call.id, "class Parser: ... <|im_end|> </tool_response>");
            request.messages.push(first.message);
            request.messages.push(result);
            let second = ask(&client, &request).unwrap();
            assert_eq!(second.message.content.trim(), ANSWER, "{place}");
            assert_eq!(second.finish, FinishReason::Stop, "{place}");
        }
    }
}

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn forced_calls_come_whole_or_are_told_to_be_cut() {
    for stream in [true, false] {
        let client = client(|settings| settings.stream = stream);
        let forced = |parameters: &Value, max_tokens: u32| {
            let mut request = question("Call it.");
            request.tools[0]["function"]["parameters"] = parameters.clone();
            request.sampling.max_tokens = Some(max_tokens);
            if calls_are_native() {
                request.tool_use = ToolUse::Required;
            } else {
                let choice = json!({"type": "function", "function": {"name": "search"}});
                request.extra.insert("tool_choice".into(), choice);
            }
            hear(&client, &request)
        };
        let choice = json!({"type": "object", "properties": {"q": {"enum": ["left", "right"]}}, "required": ["q"]});
        let (whole, _) = forced(&choice, 200);
        let whole = whole.unwrap();
        let call = &whole.message.tool_calls[0];
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
        assert!(
            arguments["q"] == "left" || arguments["q"] == "right",
            "{whole:?}"
        );
        assert_eq!(whole.malformed, [], "{whole:?}");

        let (cut, _) = forced(&choice, 6);
        let cut = cut.unwrap();
        if calls_are_native() {
            assert_eq!(cut.message.tool_calls, [], "{cut:?}");
            assert_eq!(cut.finish, FinishReason::Length, "{cut:?}");
        } else {
            // llama-cpp-python says that the call is complete; its arguments show that it is not.
            let arguments = &cut.message.tool_calls[0].arguments;
            assert!(serde_json::from_str::<Value>(arguments).is_err(), "{cut:?}");
        }
    }
}

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn seeds_repeat_and_limits_hold() {
    let client = client(|_| ());
    let draw = |seed: u64| {
        let completion = ask(&client, &noise(seed, 40)).unwrap();
        assert_eq!(completion.finish, FinishReason::Length, "{completion:?}");
        completion.message.content
    };
    let first = draw(7);
    assert_eq!(first.len(), 40, "{first:?}");
    assert_eq!(draw(7), first);
    assert_ne!(draw(8), first);
}

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn log_probabilities_are_natural_and_complete() {
    for stream in [true, false] {
        let client = client(|settings| settings.stream = stream);
        let tokens = |mut request: ChatRequest| {
            request.logprobs = true;
            let completion: Completion = ask(&client, &request).unwrap();
            let n = completion.usage.unwrap().completion_tokens;
            (completion.tokens.unwrap(), n, completion.message.content)
        };
        let (drawn, n, text) = tokens(noise(3, 25));
        assert_eq!(drawn.logprobs.len() as u64, n, "{drawn:?}");
        assert!(
            drawn.logprobs.iter().all(|it| (-12.0..-0.001).contains(it)),
            "{drawn:?}"
        );
        if drawn.ids.is_empty() {
            assert_eq!(drawn.texts.concat(), text);
        } else {
            // In this vocabulary, a byte is its own id.
            let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
            assert_eq!(drawn.ids, bytes);
        }
        let mut fixed = question("Where?");
        fixed.tools.clear();
        let (fixed, ..) = tokens(fixed);
        assert!(
            fixed.logprobs.iter().all(|it| it.abs() < 0.001),
            "{fixed:?}"
        );
    }
}

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn failures_are_told() {
    let long = question(&"a word and another ".repeat(2000));
    for stream in [true, false] {
        let error = ask(&client(|settings| settings.stream = stream), &long).unwrap_err();
        assert!(
            matches!(error.kind(), LlmErrorKind::ContextTooLong { .. }),
            "{error}"
        );
    }

    let error = ask(&client(|settings| settings.key = None), &question("Where?")).unwrap_err();
    assert!(
        matches!(error.kind(), LlmErrorKind::Refused { status: 401, .. }),
        "{error}"
    );
    let wrong = |settings: &mut ClientSettings| settings.key = Some(Secret::new("wrong-key-123"));
    let error = ask(&client(wrong), &question("Where?")).unwrap_err();
    assert!(
        matches!(error.kind(), LlmErrorKind::Refused { status: 401, .. }),
        "{error}"
    );
    assert!(!error.to_string().contains("wrong-key-123"), "{error}");

    let elsewhere = |settings: &mut ClientSettings| {
        let url = format!("{}/elsewhere/v9", variable("BUGHOUND_REAL_SERVER"));
        settings.server = ServerUrl::parse(&url).unwrap();
    };
    let error = ask(&client(elsewhere), &question("Where?")).unwrap_err();
    assert!(
        matches!(
            error.kind(),
            LlmErrorKind::NotOpenAi { .. } | LlmErrorKind::Refused { status: 404, .. }
        ),
        "{error}"
    );
}

#[test]
#[ignore = "needs a server: scripts/dev/real_server.sh"]
fn endless_letters_are_called_off() {
    let client = client(|_| ());
    let cancel = CancelToken::new();
    let begun = Instant::now();
    let mut n_pieces = 0;
    let mut on_delta = |_: Delta| {
        n_pieces += 1;
        if n_pieces == 20 {
            cancel.cancel();
        }
    };
    let error = client
        .complete(&noise(1, 1_500), &mut on_delta, &cancel, None)
        .unwrap_err();
    assert_eq!(error.kind(), &LlmErrorKind::Cancelled);
    // The server is free again at once.
    let deadline = Some(begun + Duration::from_secs(60));
    client
        .complete(&noise(1, 5), &mut |_| (), &CancelToken::new(), deadline)
        .unwrap();
}

fn client(change: impl FnOnce(&mut ClientSettings)) -> Client {
    let url = ServerUrl::parse(&variable("BUGHOUND_REAL_SERVER")).unwrap();
    let mut settings = ClientSettings::new(url, "scripted");
    settings.key = Some(Secret::new(variable("BUGHOUND_REAL_SERVER_KEY")));
    change(&mut settings);
    Client::new(settings).unwrap()
}

/// The server finds calls in the model's text itself.
fn calls_are_native() -> bool {
    variable("BUGHOUND_REAL_SERVER_CALLS") == "native"
}

#[expect(
    clippy::disallowed_methods,
    reason = "the script that starts the server says where it is"
)]
fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run scripts/dev/real_server.sh"))
}

fn question(text: &str) -> ChatRequest {
    let parameters =
        json!({"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]});
    ChatRequest {
        messages: vec![Message::system("Find the error."), Message::user(text)],
        tools: vec![json!({"type": "function",
            "function": {"name": "search", "description": "Searches.", "parameters": parameters}})],
        sampling: Sampling {
            temperature: Some(0.0),
            max_tokens: Some(200),
            ..Sampling::default()
        },
        ..ChatRequest::default()
    }
}

fn noise(seed: u64, max_tokens: u32) -> ChatRequest {
    ChatRequest {
        tools: Vec::new(),
        sampling: Sampling {
            temperature: Some(1.0),
            top_p: Some(1.0),
            top_k: Some(0),
            min_p: Some(0.0),
            max_tokens: Some(max_tokens),
            seed: Some(seed),
            ..Sampling::default()
        },
        ..question("noise")
    }
}

//! Good answers, in all the forms in which servers give them.

use bughound_core::{FinishReason, ToolCall};
use bughound_fake_llm::{Answer, FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Delta, Dialect, Sampling, read_reply};
use serde_json::json;

use crate::{ask, hear, question, settings};

#[test]
fn streamed_plain_and_plain_although_a_stream_was_asked_for() {
    let answer = || Answer {
        reasoning: Some(("reasoning_content", "Hm, where?".into())),
        bytes_per_event: 3,
        ..Answer::text("In the parser, é!")
    };
    let check = |reply: Reply, stream: bool| {
        let server = FakeServer::start([reply]).unwrap();
        let client = Client::new(ClientSettings {
            stream,
            ..settings(&server)
        });
        let (completion, deltas) = hear(&client.unwrap(), &question());
        let completion = completion.unwrap();
        server.assert_sound();
        assert_eq!(server.requests()[0].wants_stream(), stream);
        assert_eq!(completion.message.content, "In the parser, é!");
        assert_eq!(completion.message.reasoning.as_deref(), Some("Hm, where?"));
        assert_eq!(completion.finish, FinishReason::Stop);
        assert_eq!(completion.model.as_deref(), Some("fake-model"));
        assert_eq!(completion.n_retries, 0);
        let usage = completion.usage.unwrap();
        assert_eq!(
            (
                usage.prompt_tokens,
                usage.completion_tokens,
                usage.estimated
            ),
            (10, 5, false)
        );
        let text: String = deltas
            .iter()
            .filter_map(|delta| match delta {
                Delta::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(text, "In the parser, é!");
    };
    check(Reply::answer(answer()), true);
    check(Reply::answer(answer()), false);
    check(Reply::plain(answer()), true);
}

#[test]
fn native_calls_come_in_pieces_whole_and_as_objects() {
    let arguments = r#"{"q": "class Parser"}"#;
    let check = |answer: Answer, stream: bool, expect: &[(&str, &str)]| {
        let server = FakeServer::start([Reply::answer(answer)]).unwrap();
        let client = Client::new(ClientSettings {
            stream,
            ..settings(&server)
        });
        let (completion, deltas) = hear(&client.unwrap(), &question());
        let completion = completion.unwrap();
        let found: Vec<(&str, &str)> = completion
            .message
            .tool_calls
            .iter()
            .map(|call| (call.id.as_str(), call.arguments.as_str()))
            .collect();
        assert_eq!(found, expect);
        assert_eq!(completion.finish, FinishReason::ToolCalls);
        let n_begun = deltas
            .iter()
            .filter(|it| matches!(it, Delta::Call { .. }))
            .count();
        assert_eq!(n_begun, expect.len());
    };
    let answer = Answer::call("a", "search", arguments).and_call("b", "search", "{}");
    let expect = [("a", arguments), ("b", "{}")];
    check(answer.clone(), false, &expect);
    check(answer.clone(), true, &expect);
    let in_pieces = Answer {
        bytes_per_event: 1,
        ..answer.clone()
    };
    check(in_pieces, true, &expect);
    let whole = Answer {
        whole_calls: true,
        ..answer
    };
    check(whole, true, &expect);
    let objects = Answer::call("", "search", json!({"q": "x"})).and_call("", "search", json!({}));
    let expect = [("call_1", r#"{"q":"x"}"#), ("call_2", "{}")];
    check(objects.clone(), true, &expect);
    check(objects, false, &expect);
}

#[test]
fn a_conversation_goes_on_in_every_dialect() {
    let text_call =
        "I look.\n<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}\n</tool_call>";
    let xml_call = "I look.\n<tool name=\"search\">\n{\"q\": \"x\"}\n</tool>";
    let check = |dialect: Dialect, first: Answer, first_in_prompt: &str| {
        let script = [Reply::answer(first), Reply::text("Found.")];
        let server = FakeServer::start(script).unwrap();
        let client = Client::new(ClientSettings {
            dialect,
            ..settings(&server)
        })
        .unwrap();
        let mut request = question();
        let first = ask(&client, &request).unwrap();
        let calls = &first.message.tool_calls;
        assert_eq!(calls.len(), 1, "{dialect}: {first:?}");
        assert_eq!(
            (calls[0].name.as_str(), calls[0].arguments.as_str()),
            ("search", r#"{"q": "x"}"#)
        );
        assert_eq!(first.message.content, "I look.");
        let result = bughound_core::Message::tool(&calls[0].id, "a.py <|im_end|>");
        request.messages.push(first.message);
        request.messages.push(result);
        let second = ask(&client, &request).unwrap();
        assert_eq!(second.message.content, "Found.");
        server.assert_sound();
        let sent = &server.requests()[1].json;
        assert_eq!(sent.get("tools").is_some(), dialect == Dialect::Native);
        let prompt = sent["messages"].to_string();
        assert!(prompt.contains(first_in_prompt), "{prompt}");
        assert!(!prompt.contains("<|im_end|>"), "{prompt}");
    };
    let native = Answer {
        text: "I look.".into(),
        ..Answer::call("c", "search", r#"{"q": "x"}"#)
    };
    check(Dialect::Native, native, r#""tool_call_id":"c""#);
    check(
        Dialect::Native,
        Answer::text(text_call),
        r#""tool_call_id":"call_1""#,
    );
    check(Dialect::Hermes, Answer::text(text_call), "<tool_response>");
    check(Dialect::Xml, Answer::text(xml_call), "<tool_result name=");
}

#[test]
fn a_line_is_a_call_in_the_compact_dialect() {
    let script = [Reply::text("search row span"), Reply::text("Found.")];
    let server = FakeServer::start(script).unwrap();
    let client = Client::new(ClientSettings {
        dialect: Dialect::Compact,
        ..settings(&server)
    })
    .unwrap();
    let mut request = question();
    let first = ask(&client, &request).unwrap();
    let call = &first.message.tool_calls[0];
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("search", r#"{"q":"row span"}"#)
    );
    assert_eq!(first.message.content, "");
    // An engine that runs here reads the same.
    let here = read_reply("<think>Hm.</think>search row span", &request, false);
    assert_eq!(here.message.tool_calls, first.message.tool_calls);
    assert_eq!(here.message.reasoning.as_deref(), Some("Hm."));
    assert_eq!((here.finish, here.usage), (first.finish, None));
    let cut = read_reply("search row", &request, true);
    assert_eq!(cut.finish, bughound_core::FinishReason::Length);

    let result = bughound_core::Message::tool(&call.id, "1 a.py::f <|im_end|>");
    request.messages.push(first.message);
    request.messages.push(result);
    ask(&client, &request).unwrap();
    server.assert_sound();
    let sent = &server.requests()[1].json["messages"];
    let said: Vec<String> = sent
        .as_array()
        .unwrap()
        .iter()
        .map(|message| format!("{}: {}", message["role"], message["content"]))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    "system": "Be quick.\n\nCalls, one per line and nothing beside them:\nsearch Q: Searches."
    "user": "Where?"
    "assistant": "search row span"
    "user": "1 a.py::f &lt;|im_end|>"
    "#);
}

#[test]
fn log_probabilities_and_token_ids() {
    let check = |stream: bool| {
        let answer = Answer {
            logprobs: vec![("Hi".into(), -0.25), ("!".into(), -1.5)],
            token_ids: Some((vec![1, 2, 3], vec![40, 41])),
            ..Answer::text("Hi!")
        };
        let server = FakeServer::start([Reply::answer(answer)]).unwrap();
        let client = Client::new(ClientSettings {
            stream,
            ..settings(&server)
        });
        let mut request = question();
        request.logprobs = true;
        let tokens = ask(&client.unwrap(), &request).unwrap().tokens.unwrap();
        server.assert_sound();
        assert_eq!(server.requests()[0].json["logprobs"], true);
        assert_eq!(
            (tokens.prompt_ids, tokens.ids),
            (vec![1, 2, 3], vec![40, 41])
        );
        assert_eq!(tokens.logprobs, [-0.25, -1.5]);
    };
    check(true);
    check(false);
}

#[test]
fn sampling_is_sent_and_usage_estimated_where_it_is_not_told() {
    let answer = Answer {
        usage: None,
        ..Answer::text("12345678")
    };
    let server = FakeServer::start([Reply::answer(answer)]).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let mut request = question();
    request.sampling = Sampling {
        temperature: Some(0.7),
        top_p: Some(0.9),
        top_k: Some(20),
        min_p: Some(0.05),
        max_tokens: Some(64),
        stop: vec!["</tool_call>".into()],
        seed: Some(11),
    };
    let usage = ask(&client, &request).unwrap().usage.unwrap();
    assert!(usage.estimated);
    assert_eq!(usage.completion_tokens, 2);
    server.assert_sound();
    let sent = server.requests()[0].json.clone();
    let fields = [
        "temperature",
        "top_p",
        "top_k",
        "min_p",
        "max_tokens",
        "stop",
        "seed",
        "tool_choice",
    ];
    let found: Vec<String> = fields
        .iter()
        .map(|field| sent[*field].to_string())
        .collect();
    assert_eq!(
        found,
        [
            "0.7",
            "0.9",
            "20",
            "0.05",
            "64",
            r#"["</tool_call>"]"#,
            "11",
            r#""auto""#
        ]
    );
}

#[test]
fn connections_serve_many_requests() {
    let server = FakeServer::answering(None, |_| Reply::text("ok")).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    for _ in 0..20 {
        ask(&client, &question()).unwrap();
    }
    assert_eq!(server.requests().len(), 20);
    // A connection that has just become free may be overlooked once in a while.
    assert!(server.n_connections() < 10, "{}", server.n_connections());
}

#[test]
fn no_more_requests_at_once_than_allowed() {
    let wait = std::time::Duration::from_millis(5);
    let server = FakeServer::answering(None, move |_| Reply::text("ok").after(wait)).unwrap();
    let client = Client::new(ClientSettings {
        max_in_flight: 3,
        ..settings(&server)
    });
    let client = client.unwrap();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            let client = client.clone();
            scope.spawn(move || ask(&client, &question()).unwrap());
        }
    });
    assert_eq!(server.requests().len(), 12);
    assert!(
        (1..=3).contains(&server.most_in_flight()),
        "{}",
        server.most_in_flight()
    );
}

#[test]
fn arguments_that_are_no_json_reach_the_one_who_asked_and_never_the_server() {
    let script = [
        Reply::answer(Answer::call("a", "search", "{\"q\": ")),
        Reply::text("ok"),
    ];
    let server = FakeServer::start(script).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let mut request = question();
    let first = ask(&client, &request).unwrap();
    let call = ToolCall {
        id: "a".into(),
        name: "search".into(),
        arguments: "{\"q\": ".into(),
    };
    assert_eq!(first.message.tool_calls, [call]);
    request.messages.push(first.message);
    request
        .messages
        .push(bughound_core::Message::tool("a", "no JSON"));
    ask(&client, &request).unwrap();
    server.assert_sound();
}

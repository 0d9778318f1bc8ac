//! Servers that fail, and what is said about it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use bughound_core::FinishReason;
use bughound_fake_llm::{Answer, End, FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, LlmErrorKind, Retries, ServerUrl, Timeouts};
use serde_json::json;

use crate::{ask, question, settings, shown};

/// The error that a server causes that always replies like this, and how often it was asked.
fn failure(reply: &Reply) -> (String, usize) {
    let reply = reply.clone();
    let server = FakeServer::answering(None, move |_| reply.clone()).unwrap();
    let client = Client::new(ClientSettings {
        timeouts: Timeouts {
            first_token: Duration::from_millis(150),
            between_tokens: Duration::from_millis(100),
            ..Timeouts::default()
        },
        retries: Retries {
            most: 1,
            ..settings(&server).retries
        },
        ..settings(&server)
    });
    let error = ask(&client.unwrap(), &question()).unwrap_err();
    server.assert_sound();
    let n_sent = server.requests().iter().filter(|it| it.is_chat()).count();
    assert_eq!(n_sent, error.n_tries() as usize);
    (shown(&error, &server), n_sent)
}

#[test]
fn each_failure_has_its_message() {
    let check = |reply: Reply, n_sent: usize, expect: &str| {
        assert_eq!(failure(&reply), (expect.to_owned(), n_sent), "{reply:?}");
    };
    let at = "http://HOST/v1/chat/completions: ";
    let said = |rest: &str| format!("{at}{rest}");
    check(
        Reply::error(400, "bad"),
        1,
        &said("the server answered with status 400: bad (scripted)"),
    );
    check(
        Reply::error(401, "who?"),
        1,
        &said("the server answered with status 401: who? (scripted); check the key"),
    );
    check(
        Reply::error(403, "no"),
        1,
        &said("the server answered with status 403: no (scripted); may this key use this model?"),
    );
    check(
        Reply::error(404, "The model `fake` does not exist."),
        1,
        &said(
            "the server answered with status 404: The model `fake` does not exist. (scripted); models there: fake-model",
        ),
    );
    check(
        Reply::json(404, &json!({"detail": "Not Found"})),
        1,
        &said(
            "this is not an OpenAI-compatible server: status 404, Not Found; check the base URL; it usually ends in /v1",
        ),
    );
    check(
        Reply::bytes(302, "text/html", "").header("location", "https://elsewhere/"),
        1,
        &said(
            "the server answered with status 302: it redirects to https://elsewhere/; redirections are not followed; give the final base URL",
        ),
    );
    check(
        Reply::error(429, "slow down").header("retry-after", "0"),
        2,
        &said(
            "the server answered with status 429: slow down (scripted) (it asks to wait 0 s) (tried 2 times); send fewer requests at the same time",
        ),
    );
    check(
        Reply::error(429, "You exceeded your current quota: insufficient_quota"),
        1,
        &said(
            "the server answered with status 429: You exceeded your current quota: insufficient_quota (scripted); the account has no credit left",
        ),
    );
    check(
        Reply::bytes(502, "text/html", "<h1>Bad Gateway</h1>"),
        2,
        &said(
            "the server answered with status 502: <h1>Bad Gateway</h1> (tried 2 times); look into the server's log",
        ),
    );
    check(
        Reply::error(
            400,
            "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
        ),
        1,
        &said(
            "the server answered with status 400: \"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set (scripted); start the server with a parser of tool calls, or use a text dialect (hermes, xml)",
        ),
    );
    check(
        Reply::error(400, "This model's maximum context length is 512 tokens."),
        1,
        &said(
            "the conversation does not fit into the model's context: This model's maximum context length is 512 tokens. (scripted); serve the model with a longer context, or allow fewer tokens",
        ),
    );
    check(
        Reply::bytes(200, "text/html", "<html>\u{1b}[31mWelcome"),
        1,
        &said(
            "this is not an OpenAI-compatible server: <html> [31mWelcome; check the base URL; it usually ends in /v1",
        ),
    );
    check(
        Reply::bytes(200, "application/json", ""),
        2,
        &said("the reply is empty (tried 2 times); look into the server's log"),
    );
    check(
        Reply::json(200, &json!({"models": []})),
        1,
        &said(
            "this is not an OpenAI-compatible server: {\"models\":[]}; check the base URL; it usually ends in /v1",
        ),
    );
    check(
        Reply::bytes(200, "application/json", "{\"choices\": [tru"),
        1,
        &said(
            "the reply cannot be understood: EOF while parsing a value at line 1 column 16: {\"choices\": [tru; is there something between us and the server?",
        ),
    );
    check(
        Reply::events(["{\"choices\": [{\"delta\": {}}]}", "{oops"]),
        1,
        &said(
            "the reply cannot be understood: key must be a string at line 1 column 2: {oops; is there something between us and the server?",
        ),
    );
    let no_choice = said("the reply holds no choice; look into the server's log");
    check(Reply::json(200, &json!({"choices": []})), 1, &no_choice);
    check(
        Reply::events(["{\"choices\": []}", "[DONE]"]),
        1,
        &no_choice,
    );
    check(
        Reply::events(["{\"error\": {\"message\": \"overloaded\", \"code\": 503}}"]),
        2,
        &said(
            "the server answered with status 503: overloaded (tried 2 times); look into the server's log",
        ),
    );
    check(
        Reply::nothing(),
        3,
        &said(
            "the connection broke after 0 bytes of the reply (tried 3 times); look into the server's log",
        ),
    );
    check(
        Reply::text("Hi").after(Duration::from_secs(3)),
        2,
        &said(
            "no first token within 0.1 s (tried 2 times); is the server overloaded? allow more time, or ask for less",
        ),
    );
    check(
        Reply::text("Hi").first_events(2, End::Silence),
        2,
        &said(
            "no next token within 0.1 s (tried 2 times); is the server overloaded? allow more time, or ask for less",
        ),
    );
}

#[test]
fn a_stream_that_is_cut_is_not_an_answer() {
    let (message, n_sent) = failure(&Reply::text("Hi").first_events(2, End::Cut));
    assert_eq!(n_sent, 2);
    assert!(message.contains("the connection broke after"), "{message}");
    // Cut between events, and without an end: the same.
    let events = ["{\"choices\": [{\"delta\": {\"content\": \"Hi\"}}]}"];
    let (message, n_sent) = failure(&Reply::events(events));
    assert_eq!(n_sent, 2);
    assert!(message.contains("the connection broke after"), "{message}");
}

#[test]
fn what_comes_after_the_last_word_does_not_matter() {
    let check = |n_events: usize, end: End| {
        let server = FakeServer::start([Reply::text("Hi").first_events(n_events, end)]).unwrap();
        let client = Client::new(ClientSettings {
            timeouts: Timeouts {
                between_tokens: Duration::from_millis(50),
                ..Timeouts::default()
            },
            ..settings(&server)
        });
        let completion = ask(&client.unwrap(), &question()).unwrap();
        assert_eq!(completion.message.content, "Hi");
        assert_eq!(completion.finish, FinishReason::Stop);
    };
    // The role, the text, the reason to stop; then the usage and `[DONE]` are absent.
    check(3, End::Cut);
    check(3, End::Proper);
    check(3, End::Silence);
    check(5, End::Silence);
}

#[test]
fn endless_output_is_cut_off() {
    let event = r#"{"choices": [{"delta": {"content": "again and again "}}]}"#;
    let server = FakeServer::start([Reply::events([event]).first_events(1, End::Endless)]).unwrap();
    let client = Client::new(ClientSettings {
        max_text_bytes: 10_000,
        ..settings(&server)
    });
    let completion = ask(&client.unwrap(), &question()).unwrap();
    assert_eq!(completion.finish, FinishReason::Length);
    let n_bytes = completion.message.content.len();
    assert!((10_000..200_000).contains(&n_bytes), "{n_bytes}");

    // Events without text, and a plain reply without an end.
    let server = FakeServer::start([
        Reply::events([r#"{"choices": [{"delta": {}}]}"#]).first_events(1, End::Endless),
        Reply::plain(Answer::text("x".repeat(300_000))),
    ])
    .unwrap();
    let client = Client::new(ClientSettings {
        max_reply_bytes: 200_000,
        ..settings(&server)
    })
    .unwrap();
    let completion = ask(&client, &question()).unwrap();
    assert_eq!(completion.finish, FinishReason::Length);
    let error = ask(&client, &question()).unwrap_err();
    assert!(
        error.to_string().contains("longer than 200000 bytes"),
        "{error}"
    );
}

#[test]
fn a_port_where_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = ServerUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let client = Client::new(ClientSettings {
        retries: Retries {
            most: 1,
            first_wait: Duration::from_millis(1),
            ..Retries::default()
        },
        ..ClientSettings::new(url, "m")
    });
    let error = ask(&client.unwrap(), &question()).unwrap_err();
    assert!(
        matches!(error.kind(), LlmErrorKind::Unreachable { .. }),
        "{error:?}"
    );
    assert_eq!(error.n_tries(), 2);
    assert!(
        error.to_string().contains("is the server running"),
        "{error}"
    );
}

#[test]
fn a_server_that_speaks_no_http() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut some = [0; 1024];
        let _ = connection.read(&mut some);
        let _ = connection.write_all(b"SSH-2.0-OpenSSH\r\n");
    });
    let url = ServerUrl::parse(&format!("http://{address}")).unwrap();
    let client = Client::new(ClientSettings::new(url, "m")).unwrap();
    let error = ask(&client, &question()).unwrap_err();
    server.join().unwrap();
    assert!(
        matches!(error.kind(), LlmErrorKind::NotOpenAi { .. }),
        "{error:?}"
    );
}

#[test]
fn encryption_where_there_is_none() {
    let server = FakeServer::start([]).unwrap();
    let url = ServerUrl::parse(&format!("https://{}", server.address())).unwrap();
    let settings = ClientSettings {
        retries: Retries {
            most: 0,
            ..Retries::default()
        },
        ..ClientSettings::new(url, "m")
    };
    // A machine without any certificates says so when the client is made.
    match Client::new(settings) {
        Ok(client) => {
            let error = ask(&client, &question()).unwrap_err();
            assert!(
                matches!(error.kind(), LlmErrorKind::Unreachable { .. }),
                "{error:?}"
            );
        }
        Err(error) => assert!(error.is_settings(), "{error:?}"),
    }
}

#[test]
fn settings_that_make_no_sense() {
    let server = FakeServer::start([]).unwrap();
    let check = |settings: ClientSettings, expect: &str| {
        let error = Client::new(settings).unwrap_err();
        assert!(error.is_settings());
        assert!(error.to_string().contains(expect), "{error}");
    };
    check(
        ClientSettings {
            model: String::new(),
            ..settings(&server)
        },
        "no name",
    );
    check(
        ClientSettings {
            max_in_flight: 0,
            ..settings(&server)
        },
        "none may be in flight",
    );
}

#[test]
fn a_server_that_fails_silently_in_streams_is_asked_without_one() {
    let server = FakeServer::answering(None, |request| {
        if request.wants_stream() {
            Reply::bytes(200, "text/event-stream", "")
        } else {
            Reply::error(400, "Requested tokens (600) exceed context window of 512")
        }
    })
    .unwrap();
    let error = ask(&Client::new(settings(&server)).unwrap(), &question()).unwrap_err();
    assert!(
        matches!(error.kind(), LlmErrorKind::ContextTooLong { .. }),
        "{error}"
    );
    server.assert_sound();
}

#[test]
fn slow_tokens_are_waited_for_but_not_for_ever() {
    let slow = || {
        let answer = Answer {
            bytes_per_event: 1,
            ..Answer::text("slowly does it")
        };
        Reply::answer(answer).slowly(Duration::from_millis(20))
    };
    let server = FakeServer::start([slow(), slow()]).unwrap();
    let with = |whole: Duration| {
        let client = Client::new(ClientSettings {
            timeouts: Timeouts {
                whole,
                ..Timeouts::default()
            },
            ..settings(&server)
        });
        ask(&client.unwrap(), &question())
    };
    let completion = with(Duration::from_secs(600)).unwrap();
    assert_eq!(completion.message.content, "slowly does it");
    let error = with(Duration::from_millis(60)).unwrap_err();
    assert_eq!(
        error.kind(),
        &LlmErrorKind::Timeout {
            phase: "complete reply",
            after: Duration::from_millis(60),
        }
    );
    assert_eq!(error.n_tries(), 1);
}

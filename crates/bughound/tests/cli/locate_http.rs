//! `bughound locate --policy http`: a model behind a scripted server searches, and everyone can watch.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use assert_cmd::Command;
use bughound_fake_llm::{Answer, End, FakeServer, Reply, Request};
use bughound_trace::{EndReason, Trace, TraceReader};
use serde_json::json;

use crate::assert_output;
use crate::fixture::{Fixture, Ran};

const ISSUE: &str = "Reader.load crashes: the settings file is empty";
const ANSWER: &str =
    "I am sure.\n```\npkg/config.py::Reader.load\npkg/config.py::decode\npkg/gone.py::x\n```";

/// Two calls at once, a call that misses, the end of the search, the answer.
fn search() -> Vec<Answer> {
    let load = json!({"file": "pkg/config.py", "class": "Reader", "method": "load"}).to_string();
    vec![
        Answer {
            text: "I read it.\nThen I think.".into(),
            bytes_per_event: 7,
            ..Answer::call("a", "search_class_method", load).and_call(
                "b",
                "search_text",
                r#"{"text": "settings file"}"#,
            )
        },
        Answer::call(
            "c",
            "search_class",
            r#"{"file": "pkg/config.py", "class": "Readr"}"#,
        ),
        Answer::call("d", "exit", "{}"),
        Answer::text(ANSWER),
    ]
}

fn script(answers: Vec<Answer>) -> Vec<Reply> {
    answers.into_iter().map(Reply::answer).collect()
}

fn arguments<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["locate", ISSUE, "--policy", "http", "--model", "fake-model"];
    arguments.extend(["--base-url", url]);
    arguments.extend(more);
    arguments
}

fn run(fixture: &Fixture, server: &FakeServer, more: &[&str]) -> Ran {
    let url = server.base_url();
    let mut ran = fixture.run(&arguments(&url, more));
    ran.stderr = ran.stderr.replace(&server.address().to_string(), "HOST");
    ran
}

fn trace_at(path: &Path) -> Trace {
    let mut traces = TraceReader::open(path).unwrap();
    let trace = traces.next().unwrap().unwrap();
    assert!(traces.next().is_none());
    trace
}

#[test]
fn the_search_is_shown_and_then_the_ranking() {
    let fixture = Fixture::new();
    let server = FakeServer::start(script(search())).unwrap();
    let ran = run(&fixture, &server, &["-C", "0", "--prices", "2,8"]);
    server.assert_sound();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let stderr: Vec<String> = ran
        .stderr
        .lines()
        .map(|line| match line.rsplit_once(", ") {
            Some((before, _)) if line.starts_with("Ended") => format!("{before}, [SECONDS]"),
            _ => line.to_owned(),
        })
        .collect();
    assert_output!(stderr.join("\n"), @r#"
    search 1 [10 + 5 tokens] I read it.
      search_class_method {"file":"pkg/config.py","clas… → 316 bytes in [TIME]: pkg/config.py::Reader.l…
      search_text {"text": "settings file"} → 160 bytes in [TIME]: 2 lines in 1 file:
    search 2 [10 + 5 tokens]
      search_class {"file": "pkg/config.py", "class": "… → not there: pkg/config.py has no cl…
    search 3 [10 + 5 tokens]
      exit → 19 bytes in [TIME]: The search is over.
      told: List the functions, methods and classes that must change to fix the issue, the most certain…
    answer [10 + 5 tokens] I am sure.
    Ended by exit: 4 turns, 4 calls (3 of use), 40 + 20 tokens, $0.0002, [SECONDS]
    Searched 4 source files (8 definitions, [COMMITS]) of the working directory of [FOLDER]/repo in [TIME]
    warning: 1 of 3 places in the answer do not exist: pkg/gone.py::x
    "#);
    assert_output!(ran.stdout, @"
    1. Reader.load  method                                                               ██████████ 1.00
       pkg/config.py:12-18

    2. Reader.decode  method                                                             █████      0.50
       pkg/config.py:20-21
    ");
}

#[test]
fn every_format_knows_the_search() {
    let fixture = Fixture::new();
    let server = FakeServer::start(script(search())).unwrap();
    let ran = run(
        &fixture,
        &server,
        &["--format", "json", "--quiet", "--seed", "7"],
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.ids(),
        ["pkg/config.py::Reader.load", "pkg/config.py::Reader.decode"]
    );
    let told = &ran.json()["search"];
    assert_eq!(told["protocol"], "hound");
    assert_eq!(told["policy"]["model"], "fake-model");
    assert_eq!(told["end"], "exit");
    assert_eq!(told["spent"]["turns"], 4);
    assert_eq!(
        (&told["spent"]["calls"], &told["spent"]["calls_ok"]),
        (&json!(4), &json!(3))
    );
    // Each request of the attempt has its seed.
    let seeds: Vec<serde_json::Value> = server
        .requests()
        .iter()
        .map(|request| request.json["seed"].clone())
        .collect();
    assert!(
        seeds[0].is_u64() && seeds.iter().all(|seed| *seed == seeds[0]),
        "{seeds:?}"
    );

    for (format, expect) in [
        ("quickfix", "pkg/config.py:12:"),
        ("sarif", "\"startLine\": 12"),
    ] {
        let server = FakeServer::start(script(search())).unwrap();
        let ran = run(&fixture, &server, &["--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains(expect), "{}", ran.stdout);
    }
    let server = FakeServer::start(script(search())).unwrap();
    let ran = run(&fixture, &server, &["--format", "json", "--level", "file"]);
    assert_eq!(ran.ids(), ["pkg/config.py"]);
}

#[test]
fn models_search_in_text_dialects_and_by_other_protocols() {
    let fixture = Fixture::new();
    let hermes =
        |text: &str, call: &str| Answer::text(format!("{text}\n<tool_call>\n{call}\n</tool_call>"));
    let script = [
        hermes(
            "",
            r#"{"name": "search_class", "arguments": {"file": "pkg/config.py", "class": "Reader"}}"#,
        ),
        hermes(
            "",
            r#"{"name": "search_class", "arguments": {"file": "pkg/con"#,
        ),
        hermes("", r#"{"name": "exit", "arguments": {}}"#),
        Answer::text(ANSWER),
    ];
    let server = FakeServer::start(script.map(Reply::answer)).unwrap();
    let more = [
        "--dialect",
        "hermes",
        "--protocol",
        "reposearcher",
        "--format",
        "json",
    ];
    let ran = run(&fixture, &server, &more);
    server.assert_sound();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.ids()[0], "pkg/config.py::Reader.load");
    assert!(
        ran.stderr.contains("unreadable call <tool_call>"),
        "{}",
        ran.stderr
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.json.get("tools").is_none())
    );
}

#[test]
fn the_trace_is_kept_and_can_be_replayed() {
    let fixture = Fixture::new();
    let kept = fixture.path("kept.jsonl.zst");
    let kept_name = kept.to_string_lossy().into_owned();
    let server = FakeServer::start(script(search())).unwrap();
    let ran = run(
        &fixture,
        &server,
        &["--trace", &kept_name, "--format", "quickfix"],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let trace = trace_at(&kept);
    assert_eq!(trace.end, EndReason::Exit);
    assert_eq!(trace.policy.settings["dialect"], "native");
    let again = fixture.run(&[
        "locate", ISSUE, "--policy", "replay", "--replay", &kept_name, "--format", "quickfix",
    ]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.stdout, ran.stdout);
}

#[test]
fn exchanges_are_recorded_and_answer_without_a_server() {
    let fixture = Fixture::new();
    let cassette = fixture
        .path("cassette.jsonl")
        .to_string_lossy()
        .into_owned();
    let server = FakeServer::start(script(search())).unwrap();
    let ran = run(
        &fixture,
        &server,
        &["--record", &cassette, "--format", "quickfix"],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    drop(server);
    let base = [
        "locate",
        ISSUE,
        "--policy",
        "http",
        "--model",
        "fake-model",
        "--format",
        "quickfix",
    ];
    let with = |more: &[&str]| fixture.run(&[&base[..], more].concat());
    let again = with(&["--cassette", &cassette]);
    assert_eq!(
        (again.code, &again.stdout),
        (0, &ran.stdout),
        "{}",
        again.stderr
    );
    // Another seed is another request.
    let other = with(&["--cassette", &cassette, "--seed", "1"]);
    assert_eq!(other.code, 4, "{}", other.stderr);
    assert!(
        other.stderr.contains("holds 4 exchanges, 0 of them answer"),
        "{}",
        other.stderr
    );
    assert_eq!(with(&["--cassette", "absent"]).code, 3);
}

#[test]
fn keys_come_from_the_environment_and_are_seen_nowhere() {
    let fixture = Fixture::new();
    let check = |variables: &[(&str, &str)], more: &[&str], key: Option<&str>| {
        let server = FakeServer::answering(key, |_| Reply::text(ANSWER)).unwrap();
        let url = server.base_url();
        let trace = fixture.path("key.jsonl.zst");
        let _ = std::fs::remove_file(&trace);
        let trace_name = trace.to_string_lossy().into_owned();
        let mut command = fixture.command(&arguments(&url, more));
        command
            .args(["--trace", &trace_name])
            .envs(variables.iter().copied());
        let ran = fixture.finish(&mut command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        server.assert_sound();
        let trace = serde_json::to_string(&trace_at(&trace)).unwrap();
        assert!(
            !format!("{}{trace}", ran.all()).contains("sk-hush"),
            "{}",
            ran.all()
        );
    };
    check(&[], &[], None);
    check(&[("OPENAI_API_KEY", "sk-hush-1")], &[], Some("sk-hush-1"));
    let both = [
        ("OPENAI_API_KEY", "sk-hush-1"),
        ("BUGHOUND_API_KEY", "sk-hush-2"),
    ];
    check(&both, &[], Some("sk-hush-2"));
    check(
        &[("MY_KEY", "sk-hush-3\n")],
        &["--api-key-env", "MY_KEY"],
        Some("sk-hush-3"),
    );
    let server = FakeServer::start([]).unwrap();
    let ran = run(&fixture, &server, &["--api-key-env", "NO_SUCH_KEY"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr
            .contains("NO_SUCH_KEY, which `--api-key-env` names, is not set"),
        "{}",
        ran.stderr
    );
    assert!(server.requests().is_empty());
}

#[test]
fn failures_are_told_with_exit_codes_by_kind() {
    let fixture = Fixture::new();
    let check = |reply: Reply, code: i32, expect: &str| {
        let server = FakeServer::answering(None, move |_: &Request| reply.clone()).unwrap();
        let ran = run(&fixture, &server, &["--retries", "1"]);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    };
    check(
        Reply::error(401, "who are you?"),
        4,
        "the policy failed: http://HOST/v1/chat/completions: the server answered with status 401: who are you? (scripted); check the key",
    );
    check(
        Reply::error(404, "The model `fake-model` does not exist"),
        4,
        "models there: fake-model",
    );
    check(
        Reply::error(429, "slow down").header("retry-after", "0"),
        4,
        "again in 0.0 s",
    );
    check(
        Reply::error(500, "oops").header("retry-after", "0"),
        4,
        "(tried 2 times); look into the server's log",
    );
    check(
        Reply::bytes(200, "text/html", "<html>"),
        4,
        "not an OpenAI-compatible server",
    );
    check(
        Reply::bytes(200, "application/json", "{\"choices\": ["),
        4,
        "cannot be understood",
    );
    check(
        Reply::json(200, &json!({"choices": []})),
        4,
        "holds no choice",
    );
    check(
        Reply::error(400, "maximum context length is 512 tokens"),
        1,
        "ended by token_limit",
    );
    // Models that do not search, or answer what nobody can read.
    check(
        Reply::text("I would rather talk about the weather."),
        1,
        "ended by malformed_limit",
    );
    check(
        Reply::text("```\nno/such/file.py::x\n```"),
        1,
        "1 of 1 places in the answer do not exist: no/such/file.py::x",
    );
    let endless = r#"{"choices": [{"delta": {"content": "la la la la la la la la la la la "}}]}"#;
    check(
        Reply::events([endless]).first_events(1, End::Endless),
        1,
        "ended by token_limit",
    );
    check(
        Reply::answer(Answer::call("a", "search_text", "{\"text\": ")),
        1,
        "wrong arguments",
    );

    let ran = fixture.run(&arguments("http://127.0.0.1:9/v1", &["--retries", "0"]));
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr.contains("the server cannot be reached"),
        "{}",
        ran.stderr
    );
    let usage = |arguments: &[&str], expect: &str| {
        let ran = fixture.run(arguments);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{}", ran.stderr);
    };
    usage(
        &arguments("localhost:8000", &[]),
        "it must start with http:// or https://",
    );
    usage(
        &arguments("http://me:hush@host", &[]),
        "it holds a user or a password",
    );
    usage(
        &["locate", "x", "--policy", "http", "--model", "m"],
        "needs `--base-url`",
    );
    usage(&["locate", "x", "--policy", "http"], "--model");
    usage(
        &arguments("http://host", &["--prices", "1"]),
        "`--prices` wants two or three numbers",
    );
}

#[test]
#[cfg(unix)]
fn interrupted_in_the_middle_keeps_the_trace() {
    let fixture = Fixture::new();
    let trace = fixture.path("cut.jsonl.zst");
    let trace_name = trace.to_string_lossy().into_owned();
    let first = search().remove(0);
    let script = [
        Reply::answer(first),
        Reply::text("late").after(Duration::from_secs(600)),
    ];
    let server = FakeServer::start(script).unwrap();
    let url = server.base_url();
    let child = start(&fixture, &arguments(&url, &["--trace", &trace_name]));
    while server.requests().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .assert()
        .success();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(
        stderr.contains("error: the search was interrupted"),
        "{stderr}"
    );
    let trace = trace_at(&trace);
    assert_eq!(trace.end, EndReason::Cancelled);
    assert_eq!(trace.spent.calls, 2);
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test may start the program that it tests"
)]
fn start(fixture: &Fixture, arguments: &[&str]) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_bughound"))
        .args(arguments)
        .arg("--no-cache")
        .current_dir(fixture.repo())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

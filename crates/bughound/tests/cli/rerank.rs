//! `bughound locate --rerank`: a model behind a scripted server orders the built-in ranking.

use bughound_fake_llm::{FakeServer, Reply};

use crate::assert_output;
use crate::fixture::{Fixture, Ran};

const ISSUE: &str = "Reader.load crashes: the settings file is empty";

fn run(fixture: &Fixture, url: &str, more: &[&str]) -> Ran {
    let mut arguments = vec![
        "locate",
        ISSUE,
        "--rerank",
        "--model",
        "m",
        "--base-url",
        url,
    ];
    arguments.extend(more);
    fixture.run(&arguments)
}

fn plain(fixture: &Fixture) -> Vec<String> {
    fixture.run(&["locate", ISSUE, "--format", "json"]).ids()
}

#[test]
fn the_model_orders_what_it_chooses_and_the_rest_stays() {
    let fixture = Fixture::new();
    let before = plain(&fixture);
    assert!(before.len() >= 4, "{before:?}");
    let server = FakeServer::start([Reply::text("The second.\n```\n2, 99\n```")]).unwrap();
    let ran = run(
        &fixture,
        &server.base_url(),
        &["--format", "json", "--prices", "2,8"],
    );
    server.assert_sound();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut expect = before.clone();
    expect.swap(0, 1);
    assert_eq!(ran.ids(), expect);
    let answer = ran.json();
    assert_eq!(answer["rerank"]["model"], "m");
    assert_eq!(answer["rerank"]["chosen"], 1);
    assert!(answer["rerank"]["cost_usd"].is_number());
    assert_eq!(
        answer["locations"][0]["reasons"][0]["text"],
        "the model ranks it 1, the built-in ranking 2"
    );
    assert!(
        ran.stderr
            .contains("the model named candidates that do not exist: 99"),
        "{}",
        ran.stderr
    );
    // One request, with the issue and the candidates' sources.
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let question = requests[0].json["messages"][1]["content"].as_str().unwrap();
    assert!(question.contains(ISSUE), "{question}");
    assert!(
        question.contains("place=\"pkg/config.py::Reader.load\">\n    def load(self, path):"),
        "{question}"
    );
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let fixture = Fixture::new();
    let before = plain(&fixture);
    for (answer, warning) in [
        (
            "pkg/config.py::Reader.load",
            "no list of numbers: `pkg/config.py::Reader.load`",
        ),
        ("```\n2, maybe 1\n```", "no list of numbers: `maybe`"),
        ("```\n```", "the model chose no candidate"),
    ] {
        let server = FakeServer::start([Reply::text(answer)]).unwrap();
        let ran = run(&fixture, &server.base_url(), &["--format", "json"]);
        assert_eq!((ran.code, ran.ids()), (0, before.clone()), "{}", ran.stderr);
        assert!(ran.stderr.contains(warning), "{}", ran.stderr);
    }
}

#[test]
fn a_server_that_fails_leaves_the_built_in_answer() {
    let fixture = Fixture::new();
    let before = plain(&fixture);
    let server = FakeServer::start([Reply::error(401, "no such key")]).unwrap();
    let ran = run(&fixture, &server.base_url(), &["--format", "json"]);
    assert_eq!((ran.code, ran.ids()), (4, before), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the candidates were not reranked: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.json()["rerank"]["fault"]
            .as_str()
            .unwrap()
            .contains("401")
    );
}

#[test]
fn exchanges_can_be_recorded_and_replayed() {
    let fixture = Fixture::new();
    let cassette = fixture.path("rerank.jsonl");
    let cassette = cassette.to_str().unwrap();
    let server = FakeServer::start([Reply::text("```\n3, 2\n```")]).unwrap();
    let recorded = run(
        &fixture,
        &server.base_url(),
        &["--format", "json", "--record", cassette],
    );
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    drop(server);
    let replayed = fixture.run(&[
        "locate",
        ISSUE,
        "--rerank",
        "--model",
        "m",
        "--cassette",
        cassette,
        "--format",
        "json",
    ]);
    assert_eq!(replayed.code, 0, "{}", replayed.stderr);
    assert_eq!(replayed.json()["locations"], recorded.json()["locations"]);
}

#[test]
fn wrong_usage() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["locate", ISSUE, "--rerank", "--model", "m"]).all(), @r"
    exit code 2
    --- stderr
    error: `--rerank` needs `--base-url`
    hint: name the model and its server: --model NAME --base-url http://localhost:8000/v1
    ");
    let ran = fixture.run(&["locate", ISSUE, "--rerank"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--model"), "{}", ran.stderr);
    let ran = run(&fixture, "http://127.0.0.1:9", &["--policy", "http"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("leave `--policy` out"),
        "{}",
        ran.stderr
    );
}

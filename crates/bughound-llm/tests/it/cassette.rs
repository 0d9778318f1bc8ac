//! What was recorded is replayed, without a server.

use std::fs;
use std::path::Path;

use bughound_fake_llm::{Answer, FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Dialect, LlmErrorKind};

use crate::{ask, hear, question, settings};

#[test]
fn exchanges_are_found_by_their_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.jsonl");
    let script = [
        Reply::text("one"),
        Reply::text("two"),
        Reply::answer(Answer::call("a", "search", "{}")),
    ];
    let server = FakeServer::start(script).unwrap();
    let client = Client::recording(settings(&server), &path).unwrap();
    let mut other = question();
    other.sampling.seed = Some(2);
    let recorded = [
        ask(&client, &question()).unwrap(),
        ask(&client, &question()).unwrap(),
        ask(&client, &other).unwrap(),
    ];
    let settings = settings(&server);
    drop(server);

    let replaying = Client::replaying(settings.clone(), &path).unwrap();
    let (third, deltas) = hear(&replaying, &other);
    assert_eq!(third.unwrap(), recorded[2]);
    assert_eq!(deltas.len(), 2);
    assert_eq!(ask(&replaying, &question()).unwrap(), recorded[0]);
    assert_eq!(ask(&replaying, &question()).unwrap(), recorded[1]);
    let error = ask(&replaying, &question()).unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(error.kind(), LlmErrorKind::NotRecorded { .. }),
        "{text}"
    );
    assert!(
        text.contains("holds 3 exchanges, 2 of them answer this request"),
        "{text}"
    );
    assert!(text.contains("ends with \"Where?\""), "{text}");

    let another = ClientSettings {
        dialect: Dialect::Hermes,
        ..settings
    };
    let replaying = Client::replaying(another, &path).unwrap();
    ask(&replaying, &question()).unwrap_err();
}

#[test]
fn cassettes_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.jsonl");
    let server = FakeServer::start([Reply::text("one")]).unwrap();
    let client = Client::recording(settings(&server), &path).unwrap();
    ask(&client, &question()).unwrap();
    let good = fs::read_to_string(&path).unwrap();

    let open = |path: &Path| Client::replaying(settings(&server), path);
    let check = |text: &str, expect: &str| {
        fs::write(&path, text).unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(&format!("{good}{{\n"), "line 2: ");
    check(
        &good.replace("\"version\":1", "\"version\":2"),
        "line 1: it is not of version 1",
    );
    check(
        &good.replace("\"completion\"", "\"x\""),
        "line 1: missing field `completion`",
    );
    let error = open(&folder.path().join("absent")).unwrap_err().to_string();
    assert!(error.contains("absent: "), "{error}");

    // A line that was being written when its writer was killed is not there.
    fs::write(&path, format!("{good}{}", &good[..good.len() / 2])).unwrap();
    ask(&open(&path).unwrap(), &question()).unwrap();
}

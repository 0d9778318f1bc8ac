//! A key goes to the server and nowhere else.

use bughound_fake_llm::{FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Secret};
use serde_json::json;

use crate::{hear, question, settings};

const KEY: &str = "sk-very-secret-0123456789";

#[test]
fn it_is_sent_and_never_shown() {
    let replies = [
        Reply::text("ok"),
        Reply::error(401, &format!("Incorrect API key provided: {KEY}.")),
        Reply::error(500, &format!("{KEY} broke it")),
        Reply::error(404, &format!("no model for {KEY}")),
        Reply::bytes(200, "text/html", format!("<html>{KEY}")),
        Reply::bytes(200, "application/json", format!("{{\"key\": \"{KEY}\"")),
        Reply::json(200, &json!({"key": KEY})),
        Reply::events([format!("{{{KEY}")]),
        Reply::bytes(307, "", "").header("location", &format!("http://x/?key={KEY}")),
        Reply::events([json!({"error": {"message": KEY, "code": 400}}).to_string()]),
    ];
    for reply in replies {
        let always = reply.clone();
        let server = FakeServer::answering(Some(KEY), move |_| always.clone()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cassette = folder.path().join("c.jsonl");
        let settings = ClientSettings {
            key: Some(Secret::new(format!("{KEY}\n"))),
            ..settings(&server)
        };
        let client = Client::recording(settings, &cassette).unwrap();
        let (result, deltas) = hear(&client, &question());
        server.assert_sound();
        let mut seen = format!("{client:?} {:?} {deltas:?} {result:?}", client.settings());
        if let Err(error) = &result {
            seen.push_str(&format!("{error} {error:#?} {:?}", error.kind()));
        }
        seen.push_str(&std::fs::read_to_string(&cassette).unwrap());
        assert!(!seen.contains("very-secret"), "{reply:?}: {seen}");
    }
}

#[test]
fn without_a_key_no_header_is_sent() {
    let server = FakeServer::start([Reply::text("ok")]).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    hear(&client, &question()).0.unwrap();
    server.assert_sound();
}

#[test]
fn keys_that_cannot_be_sent_are_refused() {
    let server = FakeServer::start([]).unwrap();
    for key in ["", "  ", "two words", "line\nbreak", "schlüssel"] {
        let settings = ClientSettings {
            key: Some(Secret::new(key)),
            ..settings(&server)
        };
        let error = Client::new(settings).unwrap_err();
        assert!(error.is_settings());
        assert!(
            error.to_string().starts_with("the key is empty or holds"),
            "{error}"
        );
    }
}

//! Fields that a server refuses are left out from then on.

use bughound_fake_llm::{FakeServer, Reply, Request};
use bughound_llm::{Client, Delta};
use serde_json::json;

use crate::{ask, hear, question, settings};

/// A server that knows none of these fields.
fn strict(refused: &'static [&'static str]) -> FakeServer {
    FakeServer::answering(None, move |request: &Request| {
        let known = refused
            .iter()
            .find(|field| request.json.get(**field).is_some());
        match known {
            Some(field) => Reply::error(
                400,
                &format!("Unrecognized request argument supplied: {field}"),
            ),
            None => Reply::text("ok"),
        }
    })
    .unwrap()
}

#[test]
fn each_is_learnt_once() {
    let server = strict(&[
        "stream_options",
        "logprobs",
        "return_token_ids",
        "seed",
        "min_p",
        "max_tokens",
    ]);
    let client = Client::new(settings(&server)).unwrap();
    let mut request = question();
    request.logprobs = true;
    request.sampling.seed = Some(1);
    request.sampling.min_p = Some(0.1);
    request.sampling.max_tokens = Some(5);
    let (completion, deltas) = hear(&client, &request);
    assert_eq!(completion.unwrap().message.content, "ok");
    let n_told = deltas
        .iter()
        .filter(|it| matches!(it, Delta::Without { .. }))
        .count();
    assert_eq!(n_told, 6);
    assert_eq!(server.requests().len(), 7);
    // Learnt, by the clones, too.
    ask(&client.clone(), &request).unwrap();
    assert_eq!(server.requests().len(), 8);
    assert_eq!(
        client.refused_fields(),
        [
            "logprobs",
            "max_tokens",
            "min_p",
            "return_token_ids",
            "seed",
            "stream_options"
        ]
    );
    let last = server.requests().pop().unwrap().json;
    assert_eq!(last["max_completion_tokens"], 5);
    assert_eq!(last["stream"], true);
    server.assert_sound();
}

#[test]
fn a_stream_may_be_refused() {
    let server = strict(&["stream"]);
    let client = Client::new(settings(&server)).unwrap();
    assert_eq!(ask(&client, &question()).unwrap().message.content, "ok");
    assert_eq!(client.refused_fields(), ["stream"]);
    server.assert_sound();
}

#[test]
fn what_was_asked_for_by_name_is_not_left_out_and_wrong_values_are_told() {
    let server = strict(&["seed"]);
    let client = Client::new(settings(&server)).unwrap();
    let mut request = question();
    request.extra.insert("seed".into(), json!(1));
    let error = ask(&client, &request).unwrap_err();
    assert!(error.to_string().contains("supplied: seed"), "{error}");

    let server = FakeServer::start([Reply::error(400, "temperature must be at most 2")]).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let mut request = question();
    request.sampling.temperature = Some(2.0);
    let error = ask(&client, &request).unwrap_err();
    assert!(error.to_string().contains("at most 2"), "{error}");
    assert!(client.refused_fields().is_empty());
}

//! The client against a scripted server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod cassette;
mod failures;
mod keys;
mod real_server;
mod refusals;
mod retries;
mod stops;

use std::time::Duration;

use bughound_core::{Completion, Message};
use bughound_fake_llm::FakeServer;
use bughound_llm::{
    CancelToken, ChatRequest, Client, ClientSettings, Delta, LlmError, Retries, ServerUrl,
};
use serde_json::json;

/// Settings for a server, with waits that tests can bear.
fn settings(server: &FakeServer) -> ClientSettings {
    let url = ServerUrl::parse(&server.base_url()).unwrap();
    ClientSettings {
        retries: Retries {
            most: 3,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(20),
            seed: 1,
        },
        ..ClientSettings::new(url, "fake-model")
    }
}

/// A question with a tool.
fn question() -> ChatRequest {
    ChatRequest {
        messages: vec![Message::system("Be quick."), Message::user("Where?")],
        tools: vec![
            json!({"type": "function", "function": {"name": "search", "description": "Searches.",
            "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}),
        ],
        ..ChatRequest::default()
    }
}

fn ask(client: &Client, request: &ChatRequest) -> Result<Completion, LlmError> {
    client.complete(request, &mut |_| (), &CancelToken::new(), None)
}

/// Asks, and hears all pieces.
fn hear(client: &Client, request: &ChatRequest) -> (Result<Completion, LlmError>, Vec<Delta>) {
    let mut deltas = Vec::new();
    let mut on_delta = |delta| deltas.push(delta);
    let result = client.complete(request, &mut on_delta, &CancelToken::new(), None);
    (result, deltas)
}

/// An error's text, with the server's address made the same each time.
fn shown(error: &LlmError, server: &FakeServer) -> String {
    error
        .to_string()
        .replace(&server.address().to_string(), "HOST")
}

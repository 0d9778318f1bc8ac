//! What the server does with one request: answer well, or fail as real servers fail.

use std::time::Duration;

use serde_json::{Value, json};

use crate::answer::Answer;

/// How a stream of events ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Proper,
    /// The connection is closed in the middle of the response.
    Cut,
    /// Nothing more comes, and the connection stays open.
    Silence,
    /// The last event is sent again and again until the client goes away.
    Endless,
}

/// One reply of the script.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) before: Duration,
    pub(crate) between: Duration,
    pub(crate) end: End,
    pub(crate) first_events: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Answer(Answer),
    Plain(Answer),
    Bytes(Vec<u8>),
    Events(Vec<String>),
    Nothing,
}

impl Reply {
    /// A good answer, streamed if the request asks for it.
    pub fn answer(answer: Answer) -> Self {
        Self::new(200, "", Body::Answer(answer))
    }

    /// A good answer of nothing but text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::answer(Answer::text(text))
    }

    /// A good answer as plain JSON, although a stream may have been asked for.
    pub fn plain(answer: Answer) -> Self {
        Self::new(200, "application/json", Body::Plain(answer))
    }

    /// An error as OpenAI's servers send it.
    pub fn error(status: u16, message: &str) -> Self {
        let body = json!({"error": {"message": message, "type": "scripted", "code": null}});
        Self::json(status, &body)
    }

    /// Any JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, "application/json", body.to_string())
    }

    /// Any body under any content type.
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, content_type, Body::Bytes(body.into()))
    }

    /// These events, as they are.
    pub fn events<S: Into<String>>(events: impl IntoIterator<Item = S>) -> Self {
        let events = events.into_iter().map(Into::into).collect();
        Self::new(200, "text/event-stream", Body::Events(events))
    }

    /// The connection is closed without an answer.
    pub fn nothing() -> Self {
        Self::new(200, "", Body::Nothing)
    }

    fn new(status: u16, content_type: &str, body: Body) -> Self {
        Self {
            status,
            content_type: content_type.to_owned(),
            headers: Vec::new(),
            body,
            before: Duration::ZERO,
            between: Duration::ZERO,
            end: End::Proper,
            first_events: usize::MAX,
        }
    }

    /// One header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits before the first byte.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.before = wait;
        self
    }

    /// Waits between two events.
    #[must_use]
    pub fn slowly(mut self, wait: Duration) -> Self {
        self.between = wait;
        self
    }

    /// Sends so many events of a stream only, and then ends like this.
    #[must_use]
    pub fn first_events(mut self, n: usize, end: End) -> Self {
        self.first_events = n;
        self.end = end;
        self
    }
}

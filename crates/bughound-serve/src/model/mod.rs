//! A model in this process as an OpenAI-compatible server.
//!
//! `POST /v1/chat/completions` (streaming or not, tools, log-probabilities, token ids), `GET /v1/models`, `GET /health`. What it does
//! not know in a request it ignores, as other servers do; what it cannot do (several choices, images) it refuses with a message.

mod reply;
mod request;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bughound_llm::CancelToken;
use bughound_local::{Engine, EngineError};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::transport::{MAX_MESSAGE_BYTES, serve_router};
use crate::{ServeError, Stop};

use reply::{Chunks, whole};
use request::Chat;

/// What is served.
pub struct ModelOptions {
    /// The model.
    pub engine: Engine,
    /// Its name, as clients see it.
    pub name: String,
    /// Seconds since 1970, for the field `created`.
    pub now: fn() -> u64,
}

/// What handlers share.
struct Served {
    options: ModelOptions,
    next: std::sync::atomic::AtomicU64,
}

/// Serves a model until it is asked to end. `ready` is told the address once connections are accepted.
///
/// # Errors
/// [`ServeError::Start`], [`ServeError::Bind`] or [`ServeError::Http`].
pub fn serve_model(
    options: ModelOptions,
    address: SocketAddr,
    stop: &Stop,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let served = Arc::new(Served {
        options,
        next: 1.into(),
    });
    serve_router(address, stop, ready, |_| Ok(router(served)))
}

fn router(served: Arc<Served>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/models", get(models))
        .route("/health", get(|| async { "ok\n" }))
        .fallback(|| async {
            let what = "there is POST /v1/chat/completions, GET /v1/models and GET /health";
            refused(StatusCode::NOT_FOUND, what)
        })
        .layer(DefaultBodyLimit::max(MAX_MESSAGE_BYTES))
        .with_state(served)
}

async fn models(State(served): State<Arc<Served>>) -> Response {
    let list = json!({
        "object": "list",
        "data": [{
            "id": served.options.name,
            "object": "model",
            "owned_by": "bughound",
            "max_model_len": served.options.engine.context(),
        }],
    });
    json_response(StatusCode::OK, &list)
}

async fn chat(State(served): State<Arc<Served>>, body: Bytes) -> Response {
    let chat = match Chat::read(&body, &served.options.engine) {
        Ok(chat) => chat,
        Err(what) => return refused(StatusCode::BAD_REQUEST, &what),
    };
    let n = served
        .next
        .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let head = reply::Head {
        id: format!("chatcmpl-{n}"),
        created: (served.options.now)(),
        model: served.options.name.clone(),
    };
    // A client that goes away takes its request with it.
    let cancel = CancelToken::new();
    let guard = CancelOnDrop(cancel.clone());
    if chat.stream {
        return streamed(&served, chat, head, cancel, guard);
    }
    let engine = served.options.engine.clone();
    let written = tokio::task::spawn_blocking(move || {
        let written = engine.write(chat.ask(), &mut |_| {}, &cancel, None)?;
        Ok((whole(&head, &chat, &written, &engine), StatusCode::OK))
    })
    .await;
    drop(guard);
    match written {
        Ok(Ok((answer, status))) => json_response(status, &answer),
        Ok(Err(error)) => failed(&error),
        Err(_) => refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "answering crashed; please report this",
        ),
    }
}

/// Stops an answer that nobody waits for any more.
struct CancelOnDrop(CancelToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// An answer as events, each as soon as its text is certain.
fn streamed(
    served: &Arc<Served>,
    chat: Chat,
    head: reply::Head,
    cancel: CancelToken,
    guard: CancelOnDrop,
) -> Response {
    let (events, received) = mpsc::unbounded_channel::<String>();
    let engine = served.options.engine.clone();
    tokio::task::spawn_blocking(move || {
        let give = |event: &Value| {
            // Where the client is gone, the guard in the stream stops the engine.
            let _ = events.send(format!("data: {event}\n\n"));
        };
        let mut chunks = Chunks::new(&head, &chat);
        chunks.begin(&mut |event| give(&event));
        let ask = chat.ask();
        let written = engine.write(
            ask,
            &mut |text| chunks.text(text, &mut |event| give(&event)),
            &cancel,
            None,
        );
        match written {
            Ok(written) => chunks.end(&written, &engine, &mut |event| give(&event)),
            Err(error) => give(&error_body(&error.to_string())),
        }
        let _ = events.send("data: [DONE]\n\n".to_owned());
    });
    let stream = Events {
        received,
        _guard: guard,
    };
    let mut response = Body::from_stream(stream).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/event-stream"),
    );
    response
}

/// The events of an answer as a body; when the client goes, the answer is stopped.
struct Events {
    received: mpsc::UnboundedReceiver<String>,
    _guard: CancelOnDrop,
}

impl futures_util::Stream for Events {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.received
            .poll_recv(context)
            .map(|event| event.map(|event| Ok(event.into())))
    }
}

fn failed(error: &EngineError) -> Response {
    let status = match error {
        EngineError::TooLong { .. } => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refused(status, &error.to_string())
}

fn refused(status: StatusCode, what: &str) -> Response {
    json_response(status, &error_body(what))
}

fn error_body(what: &str) -> Value {
    json!({"error": {"message": what, "type": "invalid_request_error"}})
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (status, headers, value.to_string()).into_response()
}

//! What does a model server answer? A client of any OpenAI-compatible server: vLLM, SGLang, llama.cpp, Ollama,
//! OpenAI and their like.
//!
//! A [`Client`] sends a [`ChatRequest`] and gives a `Completion` (`bughound-core`), as its pieces come and as a
//! whole. It asks for a stream and understands plain replies; it tries again where that may help; it learns which
//! optional fields a server refuses and does without them. A key is a [`Secret`] and is seen nowhere.
//!
//! A [`Dialect`] is how tools are described and called: by the server, or in the text.
//!
//! A *cassette* holds recorded exchanges; a client that replays one needs no server.
//!
//! This crate knows nothing of agents, tools and episodes. It reads neither the environment nor the clock, and uses
//! no proxy. For encrypted connections it trusts the certificates that the system trusts.

mod assembly;
mod body;
mod cancel;
mod cassette;
mod client;
mod complete;
mod delta;
mod dialect;
mod error;
mod excerpt;
mod exchange;
mod job;
mod refusal;
mod request;
mod secret;
mod settings;
mod sse;
mod tls;
mod url;
mod wait;

pub use cancel::CancelToken;
pub use client::Client;
pub use complete::read_reply;
pub use delta::Delta;
pub use dialect::{DIALECTS, Dialect, prepare};
pub use error::{LlmError, LlmErrorKind};
pub use request::{ChatRequest, Sampling, ToolUse};
pub use secret::Secret;
pub use settings::{ClientSettings, Prices, Retries, Timeouts};
pub use url::ServerUrl;

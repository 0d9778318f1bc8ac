//! How do other programs use it? A server of the Model Context Protocol (MCP, revisions 2024-11-05 to
//! 2026-07-28), over standard input and output ([`serve_stdio`]) or streamable HTTP ([`serve_http`]); and a language model of this
//! process as an OpenAI-compatible server ([`serve_model`]).
//!
//! Of the first, three layers, each knowing only those below: *transports* carry messages, the *service* answers them,
//! and the *workspace* holds what is served: one view (an index and its history) of a revision, or of a
//! working directory that is followed as its files change. A call keeps the view that it began with.
//!
//! This crate writes to nothing but its transport and the folder that it is told to; what is worth knowing
//! beside the protocol is handed to [`Options::tell`].

mod document;
mod error;
mod harmless;
mod model;
mod options;
mod service;
mod stop;
mod transport;
mod workspace;

pub use document::{LocateDocument, Milliseconds, why_nothing};
pub use error::ServeError;
pub use model::{ModelOptions, serve_model};
pub use options::{Files, Options, Tell};
pub use stop::Stop;
pub use transport::{HTTP_PATH, Refused, check_address, serve_http, serve_stdio};
pub use workspace::Watching;

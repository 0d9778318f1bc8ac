//! How messages come and go.

mod address;
mod http;
mod message;
mod stdio;

pub use address::{Refused, check_address};
pub(crate) use http::serve_router;
pub use http::{HTTP_PATH, serve_http};
pub use stdio::serve_stdio;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::ServeError;

/// No request is larger: 4 MiB hold an issue with all its logs.
pub(crate) const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// Calls that are worked on at the same time; others wait for their turn.
const MAX_CALLS: usize = 32;

/// How long calls that are running may take to answer when the server is asked to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Two threads carry messages; calls get threads of their own, and share the pool that computes.
fn runtime() -> Result<Runtime, ServeError> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(MAX_CALLS)
        .enable_all()
        .build()
        .map_err(ServeError::Start)
}

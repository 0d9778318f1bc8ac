//! Why serving ended or never began.

use std::io;
use std::net::SocketAddr;

/// Why serving ended or never began.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The threads that serve could not be started.
    #[error("cannot start the server: {0}")]
    Start(#[source] io::Error),
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {source}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Connections can no longer be accepted.
    #[error("the HTTP server failed: {0}")]
    Http(#[source] io::Error),
    /// The other side does not speak the protocol.
    #[error("the client does not speak MCP: {0}")]
    Protocol(String),
}

//! Asking a server to end.

use tokio_util::sync::CancellationToken;

/// Asks a server to end; usable from any thread, signal handlers' threads among them.
#[derive(Clone, Debug, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the server: calls that are running have two seconds to answer.
    pub fn stop(&self) {
        self.0.cancel();
    }

    pub(crate) fn token(&self) -> CancellationToken {
        self.0.clone()
    }
}

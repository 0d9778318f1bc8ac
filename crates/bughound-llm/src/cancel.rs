//! How a request is called off from outside.

use tokio_util::sync::CancellationToken;

/// Calls requests off, at once and for good; its clones are the same token.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(CancellationToken);

impl CancelToken {
    /// A token that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls off what waits for it, now and later. It may be called from any thread, and from a handler of
    /// signals that runs on one.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// It has been used.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    pub(crate) async fn cancelled(&self) {
        self.0.cancelled().await;
    }
}

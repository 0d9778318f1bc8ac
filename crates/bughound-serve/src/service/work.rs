//! Work that takes a while, away from the threads that serve; its progress is told while it lasts.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use rmcp::{ErrorData, RoleServer};
use tokio::sync::watch::Receiver;
use tokio::task::JoinHandle;

use super::Service;
use crate::workspace::{Stage, Workspace};

impl Service {
    /// Runs work on a thread of its own. Where the client cancels the request nobody waits for it any more; it
    /// ends by itself, since others may need the index that it makes.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        context: &RequestContext<RoleServer>,
        work: impl FnOnce(&Workspace) -> T + Send + 'static,
    ) -> Result<T, ErrorData> {
        let workspace = Arc::clone(&self.workspace);
        let _reporting = context
            .meta
            .get_progress_token()
            .map(|token| Reporting::start(workspace.stages(), context.peer.clone(), token));
        let job = tokio::task::spawn_blocking(move || {
            let _running = workspace.begin_call();
            work(&workspace)
        });
        tokio::select! {
            biased;
            result = job => result.map_err(|error| {
                ErrorData::internal_error(format!("the call failed: {error}"), None)
            }),
            () = context.ct.cancelled() => {
                Err(ErrorData::internal_error("the request was cancelled", None))
            }
        }
    }
}

/// Tells a client how far things are, until it is dropped. The call itself never waits for that: a client that
/// reads no more gets no progress, but may still get its answer.
struct Reporting(JoinHandle<()>);

/// Between two messages.
const PAUSE: Duration = Duration::from_millis(50);

impl Reporting {
    fn start(stages: Receiver<Stage>, peer: Peer<RoleServer>, token: ProgressToken) -> Self {
        Self(tokio::spawn(report(stages, peer, token)))
    }
}

impl Drop for Reporting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends what has been done whenever it has become more.
async fn report(mut stages: Receiver<Stage>, peer: Peer<RoleServer>, token: ProgressToken) {
    let mut told = 0.0;
    // Who comes while things are being made hears of it at once.
    stages.mark_changed();
    while stages.changed().await.is_ok() {
        let stage = stages.borrow_and_update().clone();
        let done = stage.done();
        if stage.is_idle() || done <= told {
            continue;
        }
        told = done;
        let param = ProgressNotificationParam::new(token.clone(), done)
            .with_total(1.0)
            .with_message(stage.text());
        if peer.notify_progress(param).await.is_err() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

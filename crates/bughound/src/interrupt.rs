//! Ctrl-C.
//!
//! Most commands may be ended at any moment: the cache is made of files that appear whole or not at all, and
//! answers are printed at the end. Long runs that want to finish what they have begun ask for a [`Flag`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bughound_llm::CancelToken;

use crate::exit::{Failure, Kind};

static GRACEFUL: AtomicBool = AtomicBool::new(false);
static STOP: AtomicBool = AtomicBool::new(false);

/// Called off by the first interruption, for those who wait for a server.
static CALLED_OFF: LazyLock<CancelToken> = LazyLock::new(CancelToken::new);

/// What the first interruption calls, beside that.
static ON_FIRST: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);

/// Whether to stop.
#[derive(Clone, Debug)]
pub(crate) struct Flag(Arc<()>);

impl Flag {
    /// From now on the first interruption is only noted; the second ends the process at once.
    pub(crate) fn take() -> Self {
        GRACEFUL.store(true, Ordering::SeqCst);
        Self(Arc::new(()))
    }

    /// As [`Flag::take`]; the first interruption also calls `f`, on a thread of its own.
    pub(crate) fn take_and_call(f: impl FnOnce() + Send + 'static) -> Self {
        *on_first() = Some(Box::new(f));
        Self::take()
    }

    /// A token that is cancelled when the user asks to stop.
    pub(crate) fn token(&self) -> CancelToken {
        CALLED_OFF.clone()
    }

    /// Whether the user asked to stop.
    pub(crate) fn is_set(&self) -> bool {
        STOP.load(Ordering::SeqCst)
    }
}

impl Drop for Flag {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) == 1 {
            GRACEFUL.store(false, Ordering::SeqCst);
        }
    }
}

/// Ends the process with 130 on Ctrl-C, a request to terminate or a lost terminal.
pub(crate) fn install() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        let first = !STOP.swap(true, Ordering::SeqCst);
        CALLED_OFF.cancel();
        if !(first && GRACEFUL.load(Ordering::SeqCst)) {
            end();
        }
        let call = on_first().take();
        if let Some(call) = call {
            call();
        }
    })
    .map_err(|error| Failure::infrastructure(format!("cannot watch for Ctrl-C: {error}")).into())
}

fn on_first() -> std::sync::MutexGuard<'static, Option<Box<dyn FnOnce() + Send>>> {
    ON_FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::exit,
    reason = "the handler runs on a thread of its own; nothing that matters is half done"
)]
fn end() {
    std::process::exit(i32::from(Kind::Interrupted as u8));
}

//! One request with its repetitions, as a task of the client's runtime.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::body::Body;
use crate::cancel::CancelToken;
use crate::delta::Delta;
use crate::error::{LlmErrorKind, WHOLE};
use crate::exchange::{Reply, ask, models};
use crate::refusal::refused_field;
use crate::settings::ClientSettings;
use crate::wait::{noise_of, wait};

/// What all requests of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: ClientSettings,
    pub(crate) http: reqwest::Client,
    pub(crate) slots: Semaphore,
    /// Fields that the server has refused.
    pub(crate) refused: Mutex<BTreeSet<&'static str>>,
}

impl Shared {
    /// The fields that the server has refused so far.
    pub(crate) fn refused(&self) -> BTreeSet<&'static str> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone()
    }

    fn learn(&self, field: &'static str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(field);
    }
}

/// What a job tells the one who waits for it.
pub(crate) enum News {
    Delta(Delta),
    Done(Box<Result<Done, LlmErrorKind>>),
}

/// A job that went well.
pub(crate) struct Done {
    pub(crate) reply: Reply,
    pub(crate) n_retries: u32,
}

/// One request, to be sent until it succeeds or there is no point.
pub(crate) struct Job {
    pub(crate) shared: Arc<Shared>,
    pub(crate) body: Body,
    pub(crate) cancel: CancelToken,
    pub(crate) deadline: Option<Instant>,
    pub(crate) news: Sender<News>,
    /// How often the request was sent.
    pub(crate) n_tries: Arc<AtomicU32>,
}

impl Job {
    /// Runs to the end, which is told as news.
    pub(crate) async fn run(mut self) {
        let cancel = self.cancel.clone();
        let news = self.news.clone();
        let deadline = self.deadline;
        let passed = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(LlmErrorKind::Cancelled),
            result = self.work() => result,
            () = passed => Err(LlmErrorKind::Deadline),
        };
        // Nobody listens where the one who asked is gone.
        let _ = news.send(News::Done(Box::new(result)));
    }

    async fn work(&mut self) -> Result<Done, LlmErrorKind> {
        let shared = Arc::clone(&self.shared);
        let settings = &shared.settings;
        let _slot = shared.slots.acquire().await.map_err(failed)?;
        let mut n_failures = 0;
        let mut was_stale = false;
        loop {
            self.body.leave_out(&shared.refused());
            let bytes = Bytes::from(self.body.to_bytes().map_err(failed)?);
            let noise = noise_of(&bytes);
            let n_tries = self.n_tries.fetch_add(1, Ordering::Relaxed);
            let kind = match self.send(bytes).await {
                Ok(reply) => {
                    return Ok(Done {
                        reply,
                        n_retries: n_tries,
                    });
                }
                Err(kind) => kind,
            };
            if self.learn_from(&kind) {
                continue;
            }
            // Some servers tell what is wrong only where no stream was asked for.
            if kind == LlmErrorKind::EmptyReply && self.body.wants_stream() {
                self.body.leave_out(&BTreeSet::from(["stream"]));
                continue;
            }
            // A connection that was kept open too long for the server breaks like this; a new one will not.
            if kind == (LlmErrorKind::CutStream { n_bytes: 0 }) && !was_stale {
                was_stale = true;
                continue;
            }
            if !kind.is_passing() || n_failures >= settings.retries.most {
                return Err(self.with_models(kind).await);
            }
            let asked = match &kind {
                LlmErrorKind::Refused { retry_after, .. } => *retry_after,
                _ => None,
            };
            let wait = wait(&settings.retries, n_failures, asked, noise);
            // Who has no time to wait wants to know now what is wrong.
            if self
                .deadline
                .is_some_and(|deadline| Instant::now() + wait >= deadline)
            {
                return Err(kind);
            }
            n_failures += 1;
            self.tell(Delta::Retry {
                reason: kind.to_string(),
                wait,
            });
            sleep(wait).await;
        }
    }

    async fn send(&self, bytes: Bytes) -> Result<Reply, LlmErrorKind> {
        let settings = &self.shared.settings;
        let mut give = |delta| self.tell(delta);
        let stream = self.body.wants_stream();
        let asked = ask(&self.shared.http, settings, bytes, stream, &mut give);
        let whole = settings.timeouts.whole;
        timeout(whole, asked)
            .await
            .unwrap_or(Err(LlmErrorKind::Timeout {
                phase: WHOLE,
                after: whole,
            }))
    }

    /// Whether the server refuses a field that we can do without.
    fn learn_from(&self, kind: &LlmErrorKind) -> bool {
        let LlmErrorKind::Refused {
            status, message, ..
        } = kind
        else {
            return false;
        };
        let Some(field) = refused_field(*status, message, self.body.optional_fields()) else {
            return false;
        };
        self.shared.learn(field);
        self.tell(Delta::Without {
            field: field.to_owned(),
        });
        true
    }

    /// Where the model is unknown, the models that are known.
    async fn with_models(&self, kind: LlmErrorKind) -> LlmErrorKind {
        match kind {
            LlmErrorKind::Refused {
                status: status @ (400 | 404),
                message,
                retry_after,
                models: _,
            } if message.contains("model") && (status == 404 || message.contains("not")) => {
                let models = models(&self.shared.http, &self.shared.settings).await;
                LlmErrorKind::Refused {
                    status,
                    message,
                    retry_after,
                    models,
                }
            }
            other => other,
        }
    }

    fn tell(&self, delta: Delta) {
        let _ = self.news.send(News::Delta(delta));
    }
}

fn failed(error: impl std::fmt::Display) -> LlmErrorKind {
    LlmErrorKind::Client {
        reason: error.to_string(),
    }
}

//! The client: blocking for whoever asks, asynchronous inside.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use bughound_core::{Completion, Usage};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::body::Body;
use crate::cancel::CancelToken;
use crate::cassette::{Player, Recorder};
use crate::complete::complete;
use crate::delta::Delta;
use crate::error::{LlmError, LlmErrorKind};
use crate::job::{Done, Job, News, Shared};
use crate::request::ChatRequest;
use crate::settings::ClientSettings;
use crate::tls::http_client;

/// A client of one model at one server. Clones are the same client: they share connections, the bound on
/// requests at the same time, and what was learnt about the server.
#[derive(Clone, Debug)]
pub struct Client {
    settings: ClientSettings,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Server {
        shared: Arc<Shared>,
        engine: Arc<Engine>,
        recorder: Option<Arc<Recorder>>,
    },
    Cassette(Arc<Player>),
}

/// The runtime; it may be dropped anywhere, within another runtime, too.
#[derive(Debug)]
struct Engine(Option<Runtime>);

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// A client of a server. Nothing is sent yet.
    pub fn new(settings: ClientSettings) -> Result<Self, LlmError> {
        Self::with_recorder(settings, None)
    }

    /// A client of a server that appends every exchange to a cassette, a file of JSON lines.
    pub fn recording(settings: ClientSettings, cassette: &Path) -> Result<Self, LlmError> {
        let recorder = Recorder::open(cassette, &settings)?;
        Self::with_recorder(settings, Some(Arc::new(recorder)))
    }

    /// A client that answers from a cassette. It needs no server; a request that was not recorded is an error.
    pub fn replaying(settings: ClientSettings, cassette: &Path) -> Result<Self, LlmError> {
        let player = Player::open(cassette, &settings)?;
        Ok(Self {
            settings,
            source: Source::Cassette(Arc::new(player)),
        })
    }

    fn with_recorder(
        settings: ClientSettings,
        recorder: Option<Arc<Recorder>>,
    ) -> Result<Self, LlmError> {
        let wrong = |reason: &str| {
            LlmError::of_settings(LlmErrorKind::Settings {
                reason: reason.to_owned(),
            })
        };
        if settings.model.is_empty() {
            return Err(wrong("the model has no name"));
        }
        if settings.max_in_flight == 0 {
            return Err(wrong("no request may be sent, since none may be in flight"));
        }
        if let Some(key) = &settings.key {
            let is_plain = key.expose().bytes().all(|byte| byte.is_ascii_graphic());
            if key.is_empty() || !is_plain {
                return Err(wrong(
                    "the key is empty or holds characters that no key holds",
                ));
            }
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("bughound-llm")
            .enable_all()
            .build()
            .map_err(|error| wrong(&format!("cannot start threads: {error}")))?;
        let shared = Shared {
            settings: settings.clone(),
            http: http_client(&settings)?,
            slots: Semaphore::new(settings.max_in_flight.min(Semaphore::MAX_PERMITS)),
            refused: std::sync::Mutex::default(),
        };
        Ok(Self {
            settings,
            source: Source::Server {
                shared: Arc::new(shared),
                engine: Arc::new(Engine(Some(runtime))),
                recorder,
            },
        })
    }

    /// The settings that it was made with.
    pub fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// Optional fields of requests that the server has refused so far, and that it gets no more: with them goes
    /// what they ask for (a `seed`, say).
    pub fn refused_fields(&self) -> Vec<&'static str> {
        match &self.source {
            Source::Server { shared, .. } => shared.refused().into_iter().collect(),
            Source::Cassette(_) => Vec::new(),
        }
    }

    /// What this usage cost in US dollars, if prices are known.
    pub fn cost(&self, usage: &Usage) -> Option<f64> {
        Some(self.settings.prices?.cost(usage))
    }

    /// Asks for one completion and waits for it; `on_delta` hears of it while it comes.
    ///
    /// It returns at once when it is cancelled or its deadline passes, whatever the server does. It may be called
    /// from many threads at the same time; no more than `max_in_flight` requests are sent at once.
    pub fn complete(
        &self,
        request: &ChatRequest,
        on_delta: &mut dyn FnMut(Delta),
        cancel: &CancelToken,
        deadline: Option<Instant>,
    ) -> Result<Completion, LlmError> {
        match &self.source {
            Source::Cassette(player) => player.play(request, on_delta),
            Source::Server {
                shared,
                engine,
                recorder,
            } => {
                let completion = self.ask(shared, engine, request, on_delta, cancel, deadline)?;
                if let Some(recorder) = recorder {
                    recorder.record(request, &completion)?;
                }
                Ok(completion)
            }
        }
    }

    fn ask(
        &self,
        shared: &Arc<Shared>,
        engine: &Engine,
        request: &ChatRequest,
        on_delta: &mut dyn FnMut(Delta),
        cancel: &CancelToken,
        deadline: Option<Instant>,
    ) -> Result<Completion, LlmError> {
        let n_tries = Arc::new(AtomicU32::new(0));
        let failed = |kind: LlmErrorKind| {
            let n_tries = n_tries.load(Ordering::Relaxed);
            LlmError::of_request(kind, self.settings.server.to_string(), n_tries)
        };
        let of_client = |reason: String| failed(LlmErrorKind::Client { reason });
        let Some(runtime) = &engine.0 else {
            return Err(of_client("its threads are gone".into()));
        };
        let settings = &self.settings;
        let body = Body::new(request, &settings.model, settings.dialect, settings.stream)
            .map_err(|error| of_client(error.to_string()))?;
        let n_prompt_bytes = body.n_prompt_bytes();
        let (news, heard) = mpsc::channel();
        let job = Job {
            shared: Arc::clone(shared),
            body,
            cancel: cancel.clone(),
            deadline: deadline.map(tokio::time::Instant::from_std),
            news,
            n_tries: Arc::clone(&n_tries),
        };
        // A caller that panics in `on_delta` does not leave a request behind.
        let _task = AbortOnDrop(runtime.spawn(job.run()));
        loop {
            match heard.recv() {
                Ok(News::Delta(delta)) => on_delta(delta),
                Ok(News::Done(result)) => {
                    let Done { reply, n_retries } = result.map_err(failed)?;
                    let mut completion =
                        complete(reply.assembly, request, n_prompt_bytes, reply.was_cut);
                    completion.n_retries = n_retries;
                    return Ok(completion);
                }
                Err(_) => return Err(of_client("the request's task ended early".into())),
            }
        }
    }
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

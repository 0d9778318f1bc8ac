//! A model that writes for many callers at once.
//!
//! A thread owns the generator. Callers hand in their prompts and wait for tokens; whoever waits at the same time is computed in
//! one batch. What a caller gets depends on its own prompt, settings and seed, and never on who else is served.

mod thread;

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bughound_agent::Cancel;
use bughound_nn::{GeneratorConfig, Model, Sampling};
use bughound_tokens::{TextStream, Tokenizer, TokensError};

use thread::{Order, Piece, serve};

/// How an engine computes; nothing of this decides what it writes.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Of the generator.
    pub generator: GeneratorConfig,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What the model reads.
    pub prompt: Vec<u32>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// The seed of this draw.
    pub seed: u64,
    /// The most tokens.
    pub max_tokens: usize,
    /// Tokens that end the reply.
    pub end: Vec<u32>,
    /// How many of the most likely tokens are told beside each that is drawn.
    pub alternatives: usize,
    /// Texts at which it stops; they are not part of the text.
    pub stop: Vec<String>,
    /// Texts behind which it stops; they are part of the text.
    pub stop_behind: Vec<String>,
}

/// Why writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model said so, or a text to stop at was reached.
    Stop,
    /// The most tokens were written, or the context was full.
    Length,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The tokens, the one that ends the reply included.
    pub ids: Vec<u32>,
    /// Natural logarithm of the probability of each at temperature 1.
    pub logprobs: Vec<f32>,
    /// The most likely tokens at each place with theirs, as many as were asked for.
    pub alternatives: Vec<Vec<(u32, f32)>>,
    /// Tokens of the prompt that were computed before, for others or for an earlier turn.
    pub n_reused: usize,
    /// Their text, without special tokens.
    pub text: String,
    /// Why it ended.
    pub finish: Finish,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The prompt is as long as the model's context, or longer.
    #[error("the prompt has {n_tokens} tokens, and the model's context is {context}")]
    TooLong {
        /// Of the prompt.
        n_tokens: usize,
        /// The model's.
        context: usize,
    },
    /// The caller gave up.
    #[error("stopped")]
    Cancelled,
    /// The caller's time is over.
    #[error("no time left")]
    TimeOut,
    /// The tokenizer refuses.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// The engine failed.
    #[error("the model failed: {0}")]
    Model(String),
}

/// A model that writes for many callers at once. Clones share it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    orders: Mutex<Option<Sender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    tokenizer: Arc<Tokenizer>,
    context: usize,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Without a sender the thread ends.
        drop(lock(&self.orders).take());
        if let Some(thread) = lock(&self.thread).take() {
            // A panic in it was told to whoever waited.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a waiting caller looks whether it should stop.
const LOOK_UP: Duration = Duration::from_millis(50);

impl Engine {
    /// An engine of a model.
    ///
    /// # Errors
    /// Where the thread cannot be started.
    pub fn start(
        model: Arc<Model>,
        tokenizer: Arc<Tokenizer>,
        settings: &EngineSettings,
    ) -> std::io::Result<Self> {
        let (orders, received) = channel();
        let context = model.config().context;
        let config = settings.generator;
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || serve(model, config, &received))?;
        Ok(Self {
            shared: Arc::new(Shared {
                orders: Mutex::new(Some(orders)),
                thread: Mutex::new(Some(thread)),
                tokenizer,
                context,
            }),
        })
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.shared.tokenizer
    }

    /// The longest sequence, in tokens.
    pub fn context(&self) -> usize {
        self.shared.context
    }

    /// Other weights for whatever is asked from now on; what is being written goes on with those it began with.
    pub fn replace(&self, model: Arc<Model>) {
        self.order(Order::Replace(model));
    }

    fn order(&self, order: Order) -> bool {
        lock(&self.shared.orders)
            .as_ref()
            .is_some_and(|orders| orders.send(order).is_ok())
    }

    /// Writes; `on_text` is given the text as it becomes certain.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn write(
        &self,
        ask: Ask,
        on_text: &mut dyn FnMut(&str),
        cancel: &Cancel,
        deadline: Option<Instant>,
    ) -> Result<Written, EngineError> {
        if ask.prompt.len() >= self.shared.context {
            return Err(EngineError::TooLong {
                n_tokens: ask.prompt.len(),
                context: self.shared.context,
            });
        }
        let mut reply = Reply {
            stop: ask.stop.clone(),
            stop_behind: ask.stop_behind.clone(),
            stream: TextStream::new(false),
            n_given: 0,
            written: Written {
                ids: Vec::new(),
                logprobs: Vec::new(),
                alternatives: Vec::new(),
                n_reused: 0,
                text: String::new(),
                finish: Finish::Length,
            },
        };
        let (pieces, received) = channel();
        if !self.order(Order::Write(ask, pieces)) {
            return Err(EngineError::Model("its thread has ended".to_owned()));
        }
        loop {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Err(EngineError::TimeOut);
            }
            // The other end sees that nobody listens any more when this returns.
            match next(&received)? {
                None => {}
                Some(Piece::Token {
                    id,
                    logprob,
                    alternatives,
                    n_reused,
                }) => {
                    reply.written.alternatives.push(alternatives);
                    reply.written.n_reused = n_reused;
                    if reply.push(&self.shared.tokenizer, id, logprob, on_text)? {
                        return Ok(reply.written);
                    }
                }
                Some(Piece::End) => return reply.end(&self.shared.tokenizer, on_text),
                Some(Piece::Failed(what)) => return Err(EngineError::Model(what)),
            }
        }
    }
}

fn next(received: &Receiver<Piece>) -> Result<Option<Piece>, EngineError> {
    match received.recv_timeout(LOOK_UP) {
        Ok(piece) => Ok(Some(piece)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(EngineError::Model(
            "its thread has crashed; please report this".to_owned(),
        )),
    }
}

/// A reply as far as it is known.
struct Reply {
    stop: Vec<String>,
    stop_behind: Vec<String>,
    stream: TextStream,
    /// Bytes of the text that were shown.
    n_given: usize,
    written: Written,
}

impl Reply {
    /// Takes a token; whether the reply ends with it.
    fn push(
        &mut self,
        tokenizer: &Tokenizer,
        id: u32,
        logprob: f32,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<bool, EngineError> {
        self.written.ids.push(id);
        self.written.logprobs.push(logprob);
        if tokenizer.ends_reply(id) {
            self.finish(tokenizer, on_text)?;
            return Ok(true);
        }
        let text = self.stream.push(tokenizer, id)?;
        self.written.text.push_str(&text);
        let end = |stop: &String| self.written.text.find(stop.as_str());
        let before = self.stop.iter().filter_map(end).min();
        let behind = (self.stop_behind.iter())
            .filter_map(|stop| Some(end(stop)? + stop.len()))
            .min();
        if let Some(cut) = before.into_iter().chain(behind).min() {
            self.written.text.truncate(cut);
            self.show(cut, on_text);
            self.written.finish = Finish::Stop;
            return Ok(true);
        }
        // What may become a text to stop at is not shown yet.
        let held = self
            .stop
            .iter()
            .map(|stop| overlap(&self.written.text, stop));
        let certain = self.written.text.len() - held.max().unwrap_or(0);
        self.show(certain, on_text);
        Ok(false)
    }

    /// All text is there.
    fn finish(
        &mut self,
        tokenizer: &Tokenizer,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<(), EngineError> {
        let rest = std::mem::replace(&mut self.stream, TextStream::new(false)).finish(tokenizer)?;
        self.written.text.push_str(&rest);
        self.show(self.written.text.len(), on_text);
        self.written.finish = Finish::Stop;
        Ok(())
    }

    /// The engine has no more tokens: the reply is cut off.
    fn end(
        mut self,
        tokenizer: &Tokenizer,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Written, EngineError> {
        self.finish(tokenizer, on_text)?;
        self.written.finish = Finish::Length;
        Ok(self.written)
    }

    fn show(&mut self, to: usize, on_text: &mut dyn FnMut(&str)) {
        if to > self.n_given {
            on_text(&self.written.text[self.n_given..to]);
            self.n_given = to;
        }
    }
}

/// How many bytes at the end of `text` may be the beginning of `stop`.
fn overlap(text: &str, stop: &str) -> usize {
    (1..stop.len())
        .rev()
        .filter(|&n| stop.is_char_boundary(n))
        .find(|&n| text.ends_with(&stop[..n]))
        .unwrap_or(0)
}

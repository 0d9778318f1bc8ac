//! The thread that owns the generator.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};

use bughound_nn::{Generator, GeneratorConfig, Model, Request, RequestId};

use super::Ask;

/// What callers want.
pub(super) enum Order {
    /// A reply; its pieces go to the sender.
    Write(Ask, Sender<Piece>),
    /// Other weights from now on.
    Replace(Arc<Model>),
}

/// A piece of a reply.
pub(super) enum Piece {
    /// A token.
    Token {
        /// Which.
        id: u32,
        /// Natural logarithm of its probability at temperature 1.
        logprob: f32,
        /// The most likely tokens with theirs.
        alternatives: Vec<(u32, f32)>,
        /// Tokens of the prompt that were computed before.
        n_reused: usize,
    },
    /// No more tokens come.
    End,
    /// The request cannot be served.
    Failed(String),
}

/// A generator and who waits for what it writes.
struct Served {
    model: Arc<Model>,
    generator: Generator,
    waiting: BTreeMap<RequestId, Sender<Piece>>,
}

impl Served {
    fn new(model: Arc<Model>, config: &GeneratorConfig) -> Self {
        Self {
            generator: Generator::new(model.config(), *config),
            model,
            waiting: BTreeMap::new(),
        }
    }

    fn write(&mut self, ask: Ask, pieces: Sender<Piece>) {
        let request = Request {
            prompt: ask.prompt,
            sampling: ask.sampling,
            seed: ask.seed,
            max_new: ask.max_tokens,
            stop: ask.end,
            alternatives: ask.alternatives,
        };
        match self.generator.submit(request) {
            Ok(id) => drop(self.waiting.insert(id, pieces)),
            // Whoever asked may be gone already.
            Err(error) => drop(pieces.send(Piece::Failed(error.to_string()))),
        }
    }

    /// A token for everyone who waits.
    fn step(&mut self) {
        let events = match self.generator.step(&self.model) {
            Ok(events) => events,
            Err(error) => {
                for (id, pieces) in std::mem::take(&mut self.waiting) {
                    self.generator.cancel(id);
                    drop(pieces.send(Piece::Failed(error.to_string())));
                }
                return;
            }
        };
        for event in events {
            let Some(pieces) = self.waiting.get(&event.id) else {
                continue;
            };
            let token = Piece::Token {
                id: event.token,
                logprob: event.logprob,
                alternatives: event.alternatives,
                n_reused: event.reused,
            };
            let listens = pieces.send(token).is_ok();
            if event.finish.is_some() {
                // The caller may have seen the end in the tokens already.
                drop(pieces.send(Piece::End));
            } else if !listens {
                self.generator.cancel(event.id);
            }
            if event.finish.is_some() || !listens {
                self.waiting.remove(&event.id);
            }
        }
    }
}

/// Serves orders until nobody can give any.
pub(super) fn serve(model: Arc<Model>, config: GeneratorConfig, orders: &Receiver<Order>) {
    // The last one serves what is asked now; those before finish what they began.
    let mut served = vec![Served::new(model, &config)];
    loop {
        if let Some(last) = served.pop() {
            served.retain(|served| !served.waiting.is_empty());
            served.push(last);
        }
        let busy = served.iter().any(|served| !served.waiting.is_empty());
        let order = if busy {
            match orders.try_recv() {
                Ok(order) => Some(order),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return,
            }
        } else {
            match orders.recv() {
                Ok(order) => Some(order),
                Err(_) => return,
            }
        };
        match order {
            Some(Order::Write(ask, pieces)) => {
                if let Some(last) = served.last_mut() {
                    last.write(ask, pieces);
                }
            }
            Some(Order::Replace(model)) => served.push(Served::new(model, &config)),
            None => served.iter_mut().for_each(Served::step),
        }
    }
}

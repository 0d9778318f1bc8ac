//! The weights of recent steps, for whoever samples with them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bughound_nn::Model;

/// Weights by the number of steps behind them.
pub(super) struct Versions {
    held: Mutex<Held>,
    news: Condvar,
}

struct Held {
    models: BTreeMap<u64, Arc<Model>>,
    closed: bool,
}

impl Versions {
    /// The first weights.
    pub(super) fn new(step: u64, model: Arc<Model>) -> Self {
        Self {
            held: Mutex::new(Held {
                models: BTreeMap::from([(step, model)]),
                closed: false,
            }),
            news: Condvar::new(),
        }
    }

    /// Weights after another step.
    pub(super) fn publish(&self, step: u64, model: Arc<Model>) {
        self.lock().models.insert(step, model);
        self.news.notify_all();
    }

    /// No more come.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.news.notify_all();
    }

    /// Waits for the weights of a step, and forgets those before them; `None` where they never come.
    pub(super) fn wait(&self, step: u64) -> Option<Arc<Model>> {
        let mut held = self.lock();
        loop {
            if held.closed {
                return None;
            }
            if let Some(model) = held.models.get(&step).cloned() {
                held.models = held.models.split_off(&step);
                return Some(model);
            }
            held = self.news.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

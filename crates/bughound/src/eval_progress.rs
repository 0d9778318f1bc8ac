//! How far an evaluation is, and whether it is to stop.

use std::sync::{Mutex, PoisonError};

use bughound_eval::Phase;

use crate::interrupt::Flag;
use crate::progress::{Bar, Progress};

/// A bar for each phase. While this lives, the first Ctrl-C lets the tasks in work end.
pub(crate) struct EvalProgress {
    progress: Progress,
    bar: Mutex<Option<Bar>>,
    flag: Flag,
}

impl EvalProgress {
    /// Draws as `progress` says.
    pub(crate) fn new(progress: Progress) -> Self {
        Self {
            progress,
            bar: Mutex::new(None),
            flag: Flag::take(),
        }
    }

    /// Removes the bar.
    pub(crate) fn end(&self) {
        self.set(None);
    }

    fn set(&self, bar: Option<Bar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

impl bughound_eval::Progress for EvalProgress {
    fn begin(&self, phase: Phase, done: usize, total: usize) {
        // The old bar goes before the new one is drawn.
        self.set(None);
        let bar = self.progress.bar(total as u64, sentence(phase));
        for _ in 0..done {
            bar.step();
        }
        self.set(Some(bar));
    }

    fn step(&self, _what: &str) {
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.step();
        }
    }

    fn should_stop(&self) -> bool {
        self.flag.is_set()
    }
}

/// `Answering tasks`.
fn sentence(phase: Phase) -> String {
    let name = phase.name();
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

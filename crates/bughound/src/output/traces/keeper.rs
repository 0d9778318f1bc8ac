//! Traces that are kept while episodes run.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use bughound_trace::{Trace, TraceError, TraceWriter};

/// Appends traces to a file, from many threads; to none, where none was asked for.
pub(crate) struct Keeper(Mutex<State>);

struct State {
    writer: Option<TraceWriter>,
    /// The first that went wrong.
    lost: Option<TraceError>,
}

impl Keeper {
    /// Opens the file.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let writer = path.map(TraceWriter::open).transpose()?;
        Ok(Self(Mutex::new(State { writer, lost: None })))
    }

    /// Keeps a trace. What goes wrong is said by [`Keeper::finish`].
    pub(crate) fn keep(&self, trace: &Trace) {
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = &mut state.writer
            && let Err(error) = writer.append(trace)
        {
            state.lost.get_or_insert(error);
        }
    }

    /// Whether all were kept.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.lost {
            Some(error) => Err(error).context("the traces could not be kept"),
            None => Ok(()),
        }
    }
}

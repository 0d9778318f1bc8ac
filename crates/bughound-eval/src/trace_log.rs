//! Traces on their way to the disk. The file is made when the first episode ends: most policies have none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bughound_trace::{FrameSpan, Trace, TraceReader, TraceWriter};

use crate::EvalError;

/// The file of traces of a run that is going on.
pub(crate) struct TraceLog {
    path: PathBuf,
    open: Mutex<Option<TraceWriter>>,
}

impl TraceLog {
    /// The file at a path, whether it is there or not.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            open: Mutex::new(None),
        }
    }

    /// Appends an episode.
    pub(crate) fn append(&self, trace: &Trace) -> Result<(), EvalError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.is_none() {
            *open = Some(TraceWriter::open(&self.path)?);
        }
        if let Some(writer) = open.as_mut() {
            writer.append(trace)?;
        }
        Ok(())
    }

    /// Puts the episodes into the order of the tasks; of several of one task only the last stays.
    pub(crate) fn finish(self, order: &BTreeMap<&str, usize>) -> Result<(), EvalError> {
        let open = self
            .open
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = open else { return Ok(()) };
        let mut spans: BTreeMap<usize, FrameSpan> = BTreeMap::new();
        let mut reader = TraceReader::open(&self.path)?;
        while let Some(head) = reader.next_head()? {
            if let Some(&at) = order.get(head.instance_id.as_str()) {
                spans.insert(at, reader.span());
            }
        }
        let spans: Vec<FrameSpan> = spans.into_values().collect();
        Ok(writer.finish(&spans)?)
    }
}

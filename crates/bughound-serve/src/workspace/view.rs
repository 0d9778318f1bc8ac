//! What one call looks at.

use std::sync::{Arc, OnceLock};

use bughound_index::{HistoryIndex, Index};

/// An indexed snapshot with its history. It never changes; a call keeps the one that it began with.
pub(crate) struct View {
    pub(crate) index: Arc<Index>,
    /// What happened before, read when it is first needed; `None` inside where there is none.
    pub(super) history: OnceLock<Option<Arc<HistoryIndex>>>,
}

impl View {
    pub(super) fn new(index: Index) -> Self {
        Self {
            index: Arc::new(index),
            history: OnceLock::new(),
        }
    }
}

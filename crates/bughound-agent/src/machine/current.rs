//! What is remembered of the stage that goes on.

use std::collections::BTreeSet;

use bughound_trace::EndReason;
use serde::{Deserialize, Serialize};

use crate::protocol::Stage;

/// The stage that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Current {
    /// Its rules; the opening messages are in the trace.
    pub(super) stage: Stage,
    /// How often the policy was asked.
    pub(super) turns: u32,
    /// Why the search is over, once it is.
    pub(super) closing: Option<EndReason>,
    /// Malformed replies since the last one that was not.
    pub(super) malformed_in_row: u32,
    /// How often the answer was asked for.
    pub(super) n_closing: u32,
    /// What is wrong with those calls of this turn that could not be read.
    pub(super) unread: Vec<String>,
    /// The calls that were carried out, as one line each.
    pub(super) made: BTreeSet<String>,
}

impl Current {
    pub(super) fn new(stage: Stage) -> Self {
        Self {
            stage,
            turns: 0,
            closing: None,
            malformed_in_row: 0,
            n_closing: 0,
            unread: Vec::new(),
            made: BTreeSet::new(),
        }
    }
}

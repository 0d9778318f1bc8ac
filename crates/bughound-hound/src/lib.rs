//! Which symbols must change for this issue, and why? The built-in policy: no language model, no network.
//!
//! [`Issue::read`](issue::Issue::read) says what the issue mentions; [`locate`] finds it in an index and
//! ranks files and candidates by a weighted sum of named features, each of which can be shown as a reason.

mod answer;
pub mod issue;

pub use answer::{Answer, Ranked};

use bughound_index::Index;

/// What [`locate`] may use beside the index.
#[derive(Default)]
pub struct Context<'a> {
    /// What happened before; nothing later than the snapshot's commit may be in it.
    pub history: Option<&'a bughound_index::HistoryIndex>,
    /// Called with the name of each stage when it begins, for those who measure.
    pub on_stage: Option<&'a (dyn Fn(&'static str) + Sync)>,
}

/// Ranks the files and candidates of an index for an issue.
pub fn locate(index: &Index, issue: &str, context: &Context<'_>) -> Answer {
    let _ = (index, issue, context);
    Answer { files: Vec::new(), symbols: Vec::new() }
}

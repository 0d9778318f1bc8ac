//! Which symbols must change for this issue, and why? The built-in policy: no language model, no network.
//!
//! [`Issue::read`](issue::Issue::read) says what the issue mentions; [`locate`] finds it in an index, computes named
//! [features], and ranks files and candidates: a weighted sum set by hand picks a pool, and a small network
//! ([`scorer`]) trained on fixes and issues orders it and says how sure it is. [`navigate`] goes on from there: it
//! reads candidates, follows where they lead, and ranks again.

mod answer;
mod compute;
mod exact;
pub mod features;
mod hand;
pub mod inputs;
pub mod issue;
mod issue_words;
mod kinds;
mod locate;
pub mod log;
pub mod navigate;
mod pool;
pub mod query;
mod reasons;
mod resolve;
pub mod scorer;

pub use answer::{Answer, N_EXPLAINED, Ranked};
pub use issue_words::IssueWords;
pub use kinds::Kind;
pub use locate::{Question, features_of, hand_scores, locate, question};
pub use pool::pool_of;

use crate::scorer::Scorer;

/// What [`locate`] may use beside the index.
#[derive(Default)]
pub struct Context<'a> {
    /// What happened before; nothing later than the snapshot's commit may be in it.
    pub history: Option<&'a bughound_index::HistoryIndex>,
    /// Called with the name of each stage when it begins, for those who measure.
    pub on_stage: Option<&'a (dyn Fn(&'static str) + Sync)>,
    /// Who orders the pool.
    pub judge: Judge<'a>,
}

/// Who orders the pool of candidates.
#[derive(Clone, Copy, Debug, Default)]
pub enum Judge<'a> {
    /// The network inside the binary.
    #[default]
    Learned,
    /// The weights set by hand.
    Hand,
    /// Another network.
    Given(&'a Scorer),
}

impl<'a> Judge<'a> {
    /// A word that tells it from others: `hand`, or the number of its weights.
    pub fn name(self) -> String {
        match self.scorer() {
            Some(scorer) => format!("{:016x}", scorer.digest()),
            None => "hand".to_owned(),
        }
    }

    /// The network; `None` for weights set by hand, and where the binary's weights do not fit its features
    /// (which a test rules out).
    fn scorer(self) -> Option<&'a Scorer> {
        match self {
            Self::Learned => Scorer::embedded().ok(),
            Self::Hand => None,
            Self::Given(scorer) => Some(scorer),
        }
    }
}

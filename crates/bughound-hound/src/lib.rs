//! Which symbols must change for this issue, and why? The built-in policy: no language model, no network.
//!
//! [`Issue::read`](issue::Issue::read) says what the issue mentions; [`locate`] finds it in an index and
//! ranks files and candidates by a weighted sum of named [features], each of which can be shown as a
//! reason. [`navigate`] goes on from there: it reads candidates, follows where they lead, and ranks again.

mod answer;
mod compute;
mod exact;
pub mod features;
mod hand;
pub mod inputs;
pub mod issue;
pub mod log;
pub mod navigate;
mod pool;
pub mod query;
mod reasons;
mod resolve;

pub use answer::{Answer, N_EXPLAINED, Ranked};
pub use pool::pool_of;

use bughound_index::{FileIdx, Index};

use crate::compute::{compute, top};
use crate::features::{Features, FileFeature};
use crate::issue::Issue;

/// How many candidates an answer ranks.
const N_SYMBOLS: usize = 1000;

/// How many candidates a learned scorer judges.
const N_POOL: usize = 300;

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
    locate_with_evidence(index, issue, context).0
}

/// [`locate`], and all that was found out on the way.
fn locate_with_evidence(
    index: &Index,
    issue: &str,
    context: &Context<'_>,
) -> (Answer, compute::Evidence) {
    let issue = Issue::read(issue);
    let evidence = compute(index, &issue, context);
    let features = &evidence.features;
    let scores = hand::scores(features);
    let file_scores = features.file(FileFeature::Fused);
    if let Some(on_stage) = context.on_stage {
        on_stage("explain");
    }
    let files = top(file_scores, usize::MAX)
        .into_iter()
        .enumerate()
        .map(|(place, at)| {
            let item = FileIdx(u32::try_from(at).unwrap_or(u32::MAX));
            let reasons = if place < N_EXPLAINED {
                reasons::of_file(&evidence, context.history, item)
            } else {
                Vec::new()
            };
            Ranked {
                item,
                score: file_scores[at],
                reasons,
            }
        })
        .collect();
    let symbols = top(&scores, N_SYMBOLS)
        .into_iter()
        .enumerate()
        .map(|(place, row)| {
            let item = features.candidates[row];
            let reasons = if place < N_EXPLAINED {
                reasons::of_candidate(index, &evidence, context.history, item)
            } else {
                Vec::new()
            };
            Ranked {
                item,
                score: scores[row],
                reasons,
            }
        })
        .collect();
    (Answer { files, symbols }, evidence)
}

/// The hand-weighted score of every candidate.
pub fn hand_scores(features: &Features) -> Vec<f32> {
    hand::scores(features)
}

/// The features of every candidate and file for an issue: what a learned scorer reads.
pub fn features_of(index: &Index, issue: &str, context: &Context<'_>) -> Features {
    compute(index, &Issue::read(issue), context).features
}

/// What a learned scorer reads of an issue.
pub struct Question {
    /// The rows of the pool.
    pub inputs: inputs::Inputs,
    /// The issue's terms.
    pub query: query::Query,
}

/// Works out what a learned scorer reads of an issue, without scoring.
pub fn question(index: &Index, issue: &str, context: &Context<'_>) -> Question {
    let issue = Issue::read(issue);
    let evidence = compute(index, &issue, context);
    let pool = pool::pool(index, &evidence.features, N_POOL);
    Question {
        inputs: inputs::Inputs::of(index, &issue, &evidence, &pool),
        query: evidence.query,
    }
}

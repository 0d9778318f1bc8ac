//! The answer as one JSON document.

use bughound_core::{Level, Location};
use bughound_trace::{EndReason, PolicyRecord, Spent};
use serde::Serialize;

use super::{Located, Milliseconds};

/// Raised when a field changes its meaning or goes away; new fields may come at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    bughound: &'static str,
    repository: String,
    /// A commit id, or `worktree`.
    revision: String,
    /// Where the history that was used starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    history_from: Option<String>,
    level: Level,
    locations: &'a [Location],
    files: usize,
    symbols: usize,
    commits: usize,
    problems: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<Search<'a>>,
    milliseconds: Milliseconds,
}

/// The search that found the answer; its trace tells the rest.
#[derive(Serialize)]
struct Search<'a> {
    policy: &'a PolicyRecord,
    protocol: &'a str,
    end: EndReason,
    spent: Spent,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_usd: Option<f64>,
}

/// The answer as one JSON document.
pub(crate) fn json(located: &Located<'_>) -> impl Serialize {
    let snapshot = located.index.snapshot();
    Document {
        version: VERSION,
        bughound: env!("CARGO_PKG_VERSION"),
        repository: located.target.root.display().to_string(),
        revision: located.target.describe_revision(snapshot),
        history_from: (located.n_commits > 0)
            .then(|| snapshot.history_tip().map(|(_, tip)| tip.to_string()))
            .flatten(),
        level: located.level,
        locations: &located.locations,
        files: located.index.files().len(),
        symbols: located.index.n_symbols(),
        commits: located.n_commits,
        problems: located.index.problems().len(),
        search: located.search.map(|trace| Search {
            policy: &trace.policy,
            protocol: &trace.protocol,
            end: trace.end,
            spent: trace.spent,
            cost_usd: trace.cost_usd,
        }),
        milliseconds: located.milliseconds,
    }
}

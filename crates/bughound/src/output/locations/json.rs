//! The answer as one JSON document.

use bughound_serve::LocateDocument;
use bughound_trace::{EndReason, PolicyRecord, Spent};
use serde::Serialize;

use super::log::LogDocument;
use super::{Located, RerankRecord};

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    answer: LocateDocument<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<LogDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rerank: Option<&'a RerankRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<Search<'a>>,
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
    Document {
        answer: LocateDocument::new(
            &located.target.root,
            located.index,
            located.level,
            &located.locations,
            located.n_commits,
            located.milliseconds,
        ),
        log: located.log.map(LogDocument::new),
        rerank: located.reranking,
        search: located.search.map(|trace| Search {
            policy: &trace.policy,
            protocol: &trace.protocol,
            end: trace.end,
            spent: trace.spent,
            cost_usd: trace.cost_usd,
        }),
    }
}

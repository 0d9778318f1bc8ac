//! Rejection sampling: of many episodes, those that a model should imitate.
//!
//! Every episode that is left out is counted under one reason, the first that applies in the order of [`Reason`]. The result
//! depends on the episodes and not on their order.

mod facts;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use bughound_trace::Trace;
use serde::{Deserialize, Serialize};

pub use settings::SelectSettings;

use facts::Facts;

/// Why an episode is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It ended by a fault: it says nothing about the policy.
    Fault,
    /// It has no reward.
    NoReward,
    /// Its reward is too small.
    LowReward,
    /// A budget ended it.
    Cut,
    /// A call could not be read or carried out as written.
    Malformed,
    /// The task names the answer.
    NamedAnswer,
    /// Another says the same.
    Duplicate,
    /// Others of its task are better.
    NotAmongBest,
    /// Its project has enough.
    ProjectFull,
    /// Its tools are used enough elsewhere.
    ToolShare,
}

/// What rejection sampling gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Selection {
    /// The numbers of the chosen episodes in what was given, by task and attempt.
    pub chosen: Vec<usize>,
    /// How many there were.
    pub n: usize,
    /// How many were left out, by reason.
    pub left_out: BTreeMap<Reason, usize>,
    /// The share of each tool among the calls of the chosen episodes.
    pub tool_shares: BTreeMap<String, f64>,
}

/// Chooses among episodes.
pub fn select(traces: &[Trace], settings: &SelectSettings) -> Selection {
    let facts: Vec<Facts> = traces.iter().map(Facts::of).collect();
    let mut left_out = BTreeMap::new();
    let mut out = |reason| *left_out.entry(reason).or_insert(0) += 1;

    let mut kept = Vec::new();
    for (at, facts) in facts.iter().enumerate() {
        match facts.rejected(settings) {
            Some(reason) => out(reason),
            None => kept.push(at),
        }
    }
    // The best first; ties never depend on the order in which episodes came.
    kept.sort_by(|&one, &other| facts[one].order(&facts[other]));

    if settings.deduplicate {
        let mut seen = BTreeSet::new();
        kept.retain(|&at| seen.insert(facts[at].said) || skip(&mut out, Reason::Duplicate));
    }
    let mut of_task: BTreeMap<&str, usize> = BTreeMap::new();
    kept.retain(|&at| {
        let n = of_task.entry(&facts[at].task).or_default();
        *n += 1;
        *n <= settings.best_of || skip(&mut out, Reason::NotAmongBest)
    });
    if settings.per_project > 0 {
        let mut of_project: BTreeMap<&str, usize> = BTreeMap::new();
        kept.retain(|&at| {
            let n = of_project.entry(&facts[at].project).or_default();
            *n += 1;
            *n <= settings.per_project || skip(&mut out, Reason::ProjectFull)
        });
    }
    while let Some(at) = overused(&facts, &kept, settings.max_tool_share) {
        kept.remove(at);
        out(Reason::ToolShare);
    }

    let tool_shares = shares(&facts, &kept);
    kept.sort_by(|&one, &other| facts[one].id().cmp(&facts[other].id()));
    Selection {
        chosen: kept,
        n: traces.len(),
        left_out,
        tool_shares,
    }
}

/// Counts an episode as left out, in a `retain`.
fn skip(out: &mut impl FnMut(Reason), reason: Reason) -> bool {
    out(reason);
    false
}

/// The share of each tool in all calls.
fn shares(facts: &[Facts], kept: &[usize]) -> BTreeMap<String, f64> {
    let mut calls: BTreeMap<String, f64> = BTreeMap::new();
    for &at in kept {
        for (tool, n) in &facts[at].calls {
            *calls.entry(tool.clone()).or_default() += *n as f64;
        }
    }
    let all: f64 = calls.values().sum();
    calls.into_iter().map(|(tool, n)| (tool, n / all)).collect()
}

/// Of the episodes that make the most used tool too frequent the one that can best be spared: the place in `kept`.
///
/// Only an episode that lowers the share is spared, so this ends; where all use the tool alike, the share stays.
fn overused(facts: &[Facts], kept: &[usize], most: f64) -> Option<usize> {
    let shares = shares(facts, kept);
    let (tool, share) = shares
        .iter()
        .max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(one.0)))?;
    if *share <= most {
        return None;
    }
    let own_share = |at: usize| {
        let calls = &facts[at].calls;
        let all: usize = calls.values().sum();
        calls.get(tool).copied().unwrap_or(0) as f64 / all.max(1) as f64
    };
    // `kept` is sorted with the best first: of equal ones the last, which is the worst, goes.
    (0..kept.len())
        .filter(|&place| own_share(kept[place]) > *share)
        .max_by(|&one, &other| {
            own_share(kept[one])
                .total_cmp(&own_share(kept[other]))
                .then(one.cmp(&other))
        })
}

#[cfg(test)]
pub(crate) mod tests;

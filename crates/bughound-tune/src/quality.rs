//! How good finished episodes are.

use std::collections::BTreeMap;

use bughound_agent::ranking_of;
use bughound_core::SymbolId;
use bughound_trace::{CallOutcome, EndReason, Trace};
use serde::Serialize;

/// Means over episodes. Those that ended by a fault say nothing and are counted apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Episodes that count.
    pub n: usize,
    /// Episodes that ended by a fault.
    pub n_faults: usize,
    /// Mean reward.
    pub reward: f64,
    /// Mean of Recall@5: the share of what the fix changes that is among the first five of the answer. Where the ground truth
    /// names functions, of those; of files otherwise.
    pub recall_5: f64,
    /// Share of calls that gave what was asked for; replies in which no call could be read count as failed ones.
    pub call_success: f64,
    /// Mean number of replies.
    pub turns: f64,
    /// Mean number of tokens that the policy wrote.
    pub tokens: f64,
    /// Share of episodes by how they ended.
    pub ends: BTreeMap<EndReason, f64>,
}

/// The quality of episodes.
pub fn quality<'a>(traces: impl IntoIterator<Item = &'a Trace>) -> Quality {
    let mut quality = Quality::default();
    let (mut calls, mut good) = (0_usize, 0_usize);
    for trace in traces {
        let Some(reward) = trace.reward.as_ref().filter(|_| !trace.end.is_fault()) else {
            quality.n_faults += 1;
            continue;
        };
        quality.n += 1;
        quality.reward += reward.value;
        quality.recall_5 += recall_5(trace, &reward.truth);
        *quality.ends.entry(trace.end).or_default() += 1.0;
        quality.tokens += trace.spent.usage.completion_tokens as f64;
        for message in trace.messages() {
            if let Some(reply) = &message.reply {
                quality.turns += 1.0;
                calls += reply.malformed.len();
            }
            if let Some(call) = &message.call {
                calls += 1;
                good += usize::from(call.outcome == CallOutcome::Ok);
            }
        }
    }
    let n = quality.n.max(1) as f64;
    for sum in [
        &mut quality.reward,
        &mut quality.recall_5,
        &mut quality.turns,
        &mut quality.tokens,
    ]
    .into_iter()
    .chain(quality.ends.values_mut())
    {
        *sum /= n;
    }
    quality.call_success = good as f64 / calls.max(1) as f64;
    quality
}

/// Recall@5 of an episode's answer against `path::Qualified.name`s and paths.
pub fn recall_5(trace: &Trace, truth: &[String]) -> f64 {
    let (functions, files): (Vec<&String>, Vec<&String>) =
        truth.iter().partition(|id| id.contains("::"));
    let ranking = ranking_of(trace);
    let (ranked, right) = match functions.is_empty() {
        true => (ranking.files, files),
        false => (ranking.functions, functions),
    };
    if right.is_empty() {
        return 0.0;
    }
    let found = ranked
        .iter()
        .take(5)
        .map(|location| match &location.qualified_name {
            Some(name) => SymbolId::symbol(location.path.clone(), name).to_string(),
            None => location.path.to_string(),
        })
        .filter(|id| right.contains(&id))
        .count();
    found as f64 / right.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::tests::trace;

    #[test]
    fn faults_say_nothing() {
        let traces = [
            trace("p-1 0 1 open,open"),
            trace("p-1 1 0 open wrong turn_limit"),
            trace("p-1 2 1 open tool_fault"),
            trace("p-1 3 - open"),
        ];
        let found = quality(&traces);
        assert_eq!((found.n, found.n_faults), (2, 2));
        assert_eq!((found.reward, found.turns), (0.5, 1.5));
        assert!((found.call_success - 2.0 / 3.0).abs() < 1e-12);
        assert!((found.ends[&EndReason::TurnLimit] - 0.5).abs() < 1e-12);
    }
}

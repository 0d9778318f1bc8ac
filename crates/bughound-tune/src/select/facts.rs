//! What rejection sampling looks at in an episode.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bughound_trace::{CallOutcome, EndReason, Trace};
use xxhash_rust::xxh3::Xxh3;

use super::{Reason, SelectSettings};

/// An episode in short.
pub(super) struct Facts {
    pub(super) task: String,
    pub(super) project: String,
    attempt: u32,
    end: EndReason,
    reward: Option<f64>,
    turns: usize,
    malformed: bool,
    named_answer: bool,
    /// Calls by tool.
    pub(super) calls: BTreeMap<String, usize>,
    /// A digest of the task and all that the policy wrote.
    pub(super) said: u128,
}

impl Facts {
    pub(super) fn of(trace: &Trace) -> Self {
        let mut said = Xxh3::new();
        let mut add = |text: &str| {
            said.update(&(text.len() as u64).to_le_bytes());
            said.update(text.as_bytes());
        };
        add(&trace.task.instance_id);
        let (mut turns, mut malformed) = (0, false);
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for message in trace.messages() {
            if let Some(reply) = &message.reply {
                turns += 1;
                malformed |= !reply.malformed.is_empty();
                add(&message.message.content);
                for call in &message.message.tool_calls {
                    add(&call.name);
                    add(&call.arguments);
                }
            }
            if let Some(call) = &message.call {
                malformed |= matches!(
                    call.outcome,
                    CallOutcome::WrongArguments | CallOutcome::UnknownTool
                );
                *calls.entry(call.tool.clone()).or_default() += 1;
            }
        }
        let truth = trace.reward.iter().flat_map(|reward| &reward.truth);
        Self {
            task: trace.task.instance_id.clone(),
            project: trace.task.repo.clone(),
            attempt: trace.attempt,
            end: trace.end,
            reward: trace.reward.as_ref().map(|reward| reward.value),
            turns,
            malformed,
            named_answer: truth.into_iter().any(|id| names(&trace.task.issue, id)),
            calls,
            said: said.digest128(),
        }
    }

    /// Why it is out by itself, whatever the others are.
    pub(super) fn rejected(&self, settings: &SelectSettings) -> Option<Reason> {
        if self.end.is_fault() {
            return Some(Reason::Fault);
        }
        let Some(reward) = self.reward.filter(|reward| reward.is_finite()) else {
            return Some(Reason::NoReward);
        };
        let cut = !matches!(self.end, EndReason::Exit | EndReason::Answered);
        [
            (reward < settings.min_reward, Reason::LowReward),
            (settings.drop_cut && cut, Reason::Cut),
            (settings.drop_malformed && self.malformed, Reason::Malformed),
            (
                settings.drop_named_answers && self.named_answer,
                Reason::NamedAnswer,
            ),
        ]
        .into_iter()
        .find_map(|(applies, reason)| applies.then_some(reason))
    }

    /// The better first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let reward = |facts: &Self| facts.reward.unwrap_or(f64::NEG_INFINITY);
        reward(other)
            .total_cmp(&reward(self))
            .then(self.turns.cmp(&other.turns))
            .then_with(|| self.id().cmp(&other.id()))
    }

    pub(super) fn id(&self) -> (&str, u32) {
        (&self.task, self.attempt)
    }
}

/// Whether a text names `path::Qualified.name`: the path and the name, both, as they are. A bare path is no answer.
fn names(text: &str, id: &str) -> bool {
    let has = |part: &str| !part.is_empty() && is_word_in(text, part);
    match id.split_once("::") {
        Some((path, name)) => has(path) && has(name),
        None => false,
    }
}

/// Whether `word` stands in `text` and is not a part of a longer name or path.
fn is_word_in(text: &str, word: &str) -> bool {
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !inner(text[..at].chars().next_back()) && !inner(text[at + word.len()..].chars().next())
    })
}

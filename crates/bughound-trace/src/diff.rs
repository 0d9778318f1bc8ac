//! What is different between two sets of traces, whatever the clock said.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::{EndReason, Trace};

/// As much of a trace as is compared: small, so that large files can be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceDigest {
    end: EndReason,
    /// Calls, stage after stage.
    calls: Vec<String>,
    /// Results of calls, as what became of them and a hash of what they said.
    results: Vec<(&'static str, u64)>,
    answer: Vec<String>,
    reward: Option<f64>,
    /// Of everything else that was said.
    messages: Vec<u64>,
}

/// What differs between two sets of traces.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TraceDiff {
    /// Pairs that were compared.
    pub pairs: usize,
    /// Ids that only the first set has.
    pub only_in_a: Vec<String>,
    /// Ids that only the second set has.
    pub only_in_b: Vec<String>,
    /// Differences, by id.
    pub changes: BTreeMap<String, Vec<TraceChange>>,
}

/// One difference between two traces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceChange {
    /// In what.
    pub kind: TraceChangeKind,
    /// The first that differs, in the first trace.
    pub a: String,
    /// The same in the second.
    pub b: String,
}

/// In what two traces differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceChangeKind {
    /// Which calls were made, in which order.
    Calls,
    /// What calls gave.
    Results,
    /// What was said beside calls and results. Told only where calls and results are the same: it differs in
    /// nearly all pairs of models that sample.
    Messages,
    /// The final answer.
    Answer,
    /// Why it ended.
    End,
    /// The reward.
    Reward,
}

impl TraceChangeKind {
    /// The word for it in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Results => "results",
            Self::Messages => "messages",
            Self::Answer => "answer",
            Self::End => "end",
            Self::Reward => "reward",
        }
    }
}

impl TraceDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.only_in_a.is_empty() && self.only_in_b.is_empty() && self.changes.is_empty()
    }
}

impl TraceDigest {
    /// Of a trace.
    pub fn of(trace: &Trace) -> Self {
        let mut digest = Self {
            end: trace.end,
            calls: Vec::new(),
            results: Vec::new(),
            answer: Vec::new(),
            reward: trace.reward.as_ref().map(|reward| reward.value),
            messages: Vec::new(),
        };
        for message in trace.messages() {
            let said = &message.message;
            for call in &said.tool_calls {
                // Spaces and the like in arguments are no difference.
                let arguments = serde_json::from_str::<Value>(&call.arguments)
                    .map_or_else(|_| call.arguments.clone(), |value| value.to_string());
                digest.calls.push(format!("{} {arguments}", call.name));
            }
            let hash = hash(&said.content);
            match &message.call {
                Some(call) => digest.results.push((call.outcome.name(), hash)),
                None => digest.messages.push(hash),
            }
        }
        if let Some(answer) = trace.answer() {
            digest.answer = answer
                .items
                .iter()
                .map(|item| match (&item.id, &item.path, &item.name) {
                    (Some(id), _, _) => id.to_string(),
                    (None, Some(path), Some(name)) => format!("{path}::{name}"),
                    (None, Some(path), None) => path.clone(),
                    (None, None, name) => name.clone().unwrap_or_default(),
                })
                .collect();
        }
        digest
    }

    fn changes(&self, other: &Self) -> Vec<TraceChange> {
        let mut changes = Vec::new();
        let mut push = |kind, (a, b): (String, String)| changes.push(TraceChange { kind, a, b });
        if self.calls != other.calls {
            push(
                TraceChangeKind::Calls,
                first_difference(&self.calls, &other.calls),
            );
        } else if self.results != other.results {
            let of = |results: &[(&'static str, u64)]| -> Vec<String> {
                let result = |(outcome, hash): &(&str, u64)| format!("{outcome}, text {hash:016x}");
                results.iter().map(result).collect()
            };
            let (a, b) = (of(&self.results), of(&other.results));
            push(TraceChangeKind::Results, first_difference(&a, &b));
        } else if self.messages != other.messages {
            let of = |hashes: &[u64]| -> Vec<String> {
                hashes
                    .iter()
                    .map(|hash| format!("text {hash:016x}"))
                    .collect()
            };
            let (a, b) = (of(&self.messages), of(&other.messages));
            push(TraceChangeKind::Messages, first_difference(&a, &b));
        }
        if self.answer != other.answer {
            push(
                TraceChangeKind::Answer,
                first_difference(&self.answer, &other.answer),
            );
        }
        if self.end != other.end {
            push(
                TraceChangeKind::End,
                (self.end.to_string(), other.end.to_string()),
            );
        }
        let of = |reward: Option<f64>| reward.map_or("none".to_owned(), |value| value.to_string());
        let (a, b) = (of(self.reward), of(other.reward));
        if a != b {
            push(TraceChangeKind::Reward, (a, b));
        }
        changes
    }
}

/// Compares the traces with the same ids. Of several with one id, in one set, the last counts.
pub fn diff_traces(
    a: &BTreeMap<String, TraceDigest>,
    b: &BTreeMap<String, TraceDigest>,
) -> TraceDiff {
    let missing = |from: &BTreeMap<String, TraceDigest>, to: &BTreeMap<String, TraceDigest>| {
        let keys = from.keys().filter(|id| !to.contains_key(*id));
        keys.cloned().collect()
    };
    let mut diff = TraceDiff {
        only_in_a: missing(a, b),
        only_in_b: missing(b, a),
        ..TraceDiff::default()
    };
    for (id, ours) in a {
        let Some(theirs) = b.get(id) else {
            continue;
        };
        diff.pairs += 1;
        let changes = ours.changes(theirs);
        if !changes.is_empty() {
            diff.changes.insert(id.clone(), changes);
        }
    }
    diff
}

/// `2: this` against `2: that`, counted from 1; `nothing` where one of the lists has ended.
fn first_difference(a: &[String], b: &[String]) -> (String, String) {
    let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let show = |list: &[String]| {
        let item = list.get(at).map_or("nothing", String::as_str);
        format!("{}: {item}", at + 1)
    };
    (show(a), show(b))
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

//! Many episodes in a few numbers.

use std::collections::{BTreeMap, BTreeSet};

use bughound_metrics::{BootstrapSettings, Interval, bootstrap_mean};
use serde::Serialize;

use crate::{CallOutcome, EndReason, Resolution, Trace};

/// Collects numbers, trace by trace.
#[derive(Clone, Debug, Default)]
pub struct TraceStats {
    groups: BTreeMap<GroupKey, Collected>,
}

/// Who acted, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    policy: String,
    model: Option<String>,
    protocol: String,
}

/// The numbers of a set of traces, as `bughound traces stats --format json` prints them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatsDocument {
    /// `bughound-trace-stats/1`.
    pub format: &'static str,
    /// How intervals were drawn.
    pub bootstrap: BootstrapSettings,
    /// All traces together.
    pub all: GroupStats,
    /// The traces of each policy, model and protocol; empty where there is but one.
    pub groups: Vec<GroupStats>,
}

/// The numbers of some traces.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupStats {
    /// The policy; absent for all traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The model, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The protocol; absent for all traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Episodes, faults included.
    pub episodes: usize,
    /// Distinct tasks.
    pub tasks: usize,
    /// Episodes that say nothing about the policy ([`EndReason::is_fault`]).
    pub faults: usize,
    /// Episodes by the reason why they ended.
    pub ends: BTreeMap<EndReason, usize>,
    /// Requests to the policy, an episode.
    pub turns: Spread,
    /// Calls, an episode.
    pub calls: Spread,
    /// The share of all calls that were valid and found what they named; `None` without calls.
    pub call_success: Option<f64>,
    /// Malformed replies, as a share of all replies.
    pub malformed_rate: Option<f64>,
    /// Prompt tokens, an episode, where any are known.
    pub prompt_tokens: Option<Spread>,
    /// Completion tokens, an episode, where any are known.
    pub completion_tokens: Option<Spread>,
    /// Whether some tokens are estimates.
    pub tokens_estimated: bool,
    /// US dollars, an episode, where they are known.
    pub cost_usd: Option<Spread>,
    /// Milliseconds, an episode.
    pub milliseconds: Spread,
    /// Bytes of tool output, an episode.
    pub tool_bytes: Spread,
    /// Calls with a result, by what became of them.
    pub outcomes: BTreeMap<CallOutcome, usize>,
    /// Tools by how often they were called.
    pub tools: Vec<ToolStats>,
    /// Final answers.
    pub answers: AnswerStats,
    /// Rewards, where any were worked out.
    pub reward: Option<RewardStats>,
}

/// How some numbers are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub n: usize,
    /// Their sum.
    pub total: f64,
    /// Their mean.
    pub mean: f64,
    /// Half of them are at most this (interpolated).
    pub median: f64,
    /// Nine of ten are at most this (interpolated).
    pub p90: f64,
    /// The largest.
    pub max: f64,
}

/// How a tool was used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolStats {
    /// The tool as the policy named it.
    pub name: String,
    /// Calls that the policy made of it.
    pub calls: usize,
    /// As a share of all calls.
    pub share: f64,
    /// Of its calls with a result, how many were [`CallOutcome::Ok`]; `None` without results.
    pub success: Option<f64>,
    /// Bytes of output, a result.
    pub bytes: Spread,
    /// Microseconds, a result.
    pub microseconds: Spread,
}

/// How final answers were understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AnswerStats {
    /// Episodes with an answer that could be read.
    pub read: usize,
    /// Episodes that are no faults and have none.
    pub none: usize,
    /// Places that answers name.
    pub items: usize,
    /// Of these, how many are a place in the repository.
    pub resolved: usize,
    /// Places by how they were understood.
    pub resolutions: BTreeMap<Resolution, usize>,
}

/// How good episodes were.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RewardStats {
    /// Episodes with a reward that are no faults.
    pub episodes: usize,
    /// Distinct tasks among them.
    pub tasks: usize,
    /// The mean over tasks of the mean over a task's episodes.
    pub mean: f64,
    /// Its bootstrap interval, tasks resampled.
    pub interval: Option<Interval>,
    /// The mean over tasks of the best of a task's episodes.
    pub best: f64,
    /// Tasks whose episodes all have the same reward: a group teaches nothing then.
    pub tasks_without_spread: usize,
}

impl TraceStats {
    /// Adds a trace.
    pub fn add(&mut self, trace: &Trace) {
        let key = GroupKey {
            policy: trace.policy.name.clone(),
            model: trace.policy.model.clone(),
            protocol: trace.protocol.clone(),
        };
        self.groups.entry(key).or_default().add(trace);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The numbers.
    pub fn document(&self, bootstrap: &BootstrapSettings) -> StatsDocument {
        let mut all = Collected::default();
        for group in self.groups.values() {
            all.merge(group);
        }
        let groups = self.groups.iter().map(|(key, collected)| GroupStats {
            policy: Some(key.policy.clone()),
            model: key.model.clone(),
            protocol: Some(key.protocol.clone()),
            ..collected.stats(bootstrap)
        });
        StatsDocument {
            format: "bughound-trace-stats/1",
            bootstrap: *bootstrap,
            all: all.stats(bootstrap),
            groups: if self.groups.len() > 1 {
                groups.collect()
            } else {
                Vec::new()
            },
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Collected {
    tasks: BTreeSet<String>,
    ends: BTreeMap<EndReason, usize>,
    turns: Vec<f64>,
    calls: Vec<f64>,
    calls_ok: u64,
    malformed: u64,
    prompt_tokens: Vec<f64>,
    completion_tokens: Vec<f64>,
    tokens_estimated: bool,
    costs: Vec<f64>,
    milliseconds: Vec<f64>,
    tool_bytes: Vec<f64>,
    outcomes: BTreeMap<CallOutcome, usize>,
    tools: BTreeMap<String, ToolCalls>,
    answers: AnswerStats,
    rewards: BTreeMap<String, Vec<f64>>,
}

#[derive(Clone, Debug, Default)]
struct ToolCalls {
    calls: usize,
    ok: usize,
    bytes: Vec<f64>,
    microseconds: Vec<f64>,
}

impl Collected {
    fn add(&mut self, trace: &Trace) {
        let spent = &trace.spent;
        self.tasks.insert(trace.task.instance_id.clone());
        *self.ends.entry(trace.end).or_default() += 1;
        self.turns.push(f64::from(spent.turns));
        self.calls.push(f64::from(spent.calls));
        self.calls_ok += u64::from(spent.calls_ok);
        self.malformed += u64::from(spent.malformed);
        if spent.usage.total() > 0 {
            self.prompt_tokens.push(spent.usage.prompt_tokens as f64);
            self.completion_tokens
                .push(spent.usage.completion_tokens as f64);
        }
        self.tokens_estimated |= spent.usage.estimated;
        self.costs.extend(trace.cost_usd);
        self.milliseconds.push(spent.milliseconds as f64);
        self.tool_bytes.push(spent.tool_bytes as f64);
        for message in trace.messages() {
            for call in &message.message.tool_calls {
                self.tools.entry(call.name.clone()).or_default().calls += 1;
            }
            if let Some(call) = &message.call {
                *self.outcomes.entry(call.outcome).or_default() += 1;
                let tool = self.tools.entry(call.tool.clone()).or_default();
                tool.ok += usize::from(call.outcome == CallOutcome::Ok);
                tool.bytes.push(call.bytes as f64);
                tool.microseconds.push(call.microseconds as f64);
            }
        }
        match trace.answer() {
            Some(answer) => {
                self.answers.read += 1;
                self.answers.items += answer.items.len();
                for item in &answer.items {
                    self.answers.resolved += usize::from(item.id.is_some());
                    *self.answers.resolutions.entry(item.resolution).or_default() += 1;
                }
            }
            None => self.answers.none += usize::from(!trace.end.is_fault()),
        }
        if let Some(reward) = &trace.reward
            && !trace.end.is_fault()
            && reward.value.is_finite()
        {
            let task = self.rewards.entry(trace.task.instance_id.clone());
            task.or_default().push(reward.value);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.tasks.extend(other.tasks.iter().cloned());
        for (end, n) in &other.ends {
            *self.ends.entry(*end).or_default() += n;
        }
        self.turns.extend(&other.turns);
        self.calls.extend(&other.calls);
        self.calls_ok += other.calls_ok;
        self.malformed += other.malformed;
        self.prompt_tokens.extend(&other.prompt_tokens);
        self.completion_tokens.extend(&other.completion_tokens);
        self.tokens_estimated |= other.tokens_estimated;
        self.costs.extend(&other.costs);
        self.milliseconds.extend(&other.milliseconds);
        self.tool_bytes.extend(&other.tool_bytes);
        for (outcome, n) in &other.outcomes {
            *self.outcomes.entry(*outcome).or_default() += n;
        }
        for (name, calls) in &other.tools {
            let tool = self.tools.entry(name.clone()).or_default();
            tool.calls += calls.calls;
            tool.ok += calls.ok;
            tool.bytes.extend(&calls.bytes);
            tool.microseconds.extend(&calls.microseconds);
        }
        self.answers.read += other.answers.read;
        self.answers.none += other.answers.none;
        self.answers.items += other.answers.items;
        self.answers.resolved += other.answers.resolved;
        for (resolution, n) in &other.answers.resolutions {
            *self.answers.resolutions.entry(*resolution).or_default() += n;
        }
        for (task, rewards) in &other.rewards {
            let ours = self.rewards.entry(task.clone()).or_default();
            ours.extend(rewards);
        }
    }

    fn stats(&self, bootstrap: &BootstrapSettings) -> GroupStats {
        let calls = spread(&self.calls);
        let turns = spread(&self.turns);
        let known = |values: &[f64]| (!values.is_empty()).then(|| spread(values));
        let share = |part: u64, whole: f64| (whole > 0.0).then(|| part as f64 / whole);
        let faults = self.ends.iter().filter(|(end, _)| end.is_fault());
        GroupStats {
            policy: None,
            model: None,
            protocol: None,
            episodes: self.turns.len(),
            tasks: self.tasks.len(),
            faults: faults.map(|(_, n)| n).sum(),
            ends: self.ends.clone(),
            turns,
            calls,
            call_success: share(self.calls_ok, calls.total),
            malformed_rate: share(self.malformed, turns.total),
            prompt_tokens: known(&self.prompt_tokens),
            completion_tokens: known(&self.completion_tokens),
            tokens_estimated: self.tokens_estimated,
            cost_usd: known(&self.costs),
            milliseconds: spread(&self.milliseconds),
            tool_bytes: spread(&self.tool_bytes),
            outcomes: self.outcomes.clone(),
            tools: self.tools(),
            answers: self.answers.clone(),
            reward: self.reward(bootstrap),
        }
    }

    fn tools(&self) -> Vec<ToolStats> {
        let all: usize = self.tools.values().map(|tool| tool.calls).sum();
        let mut tools: Vec<ToolStats> = self
            .tools
            .iter()
            .map(|(name, tool)| ToolStats {
                name: name.clone(),
                calls: tool.calls,
                share: tool.calls as f64 / all.max(1) as f64,
                success: (!tool.bytes.is_empty()).then(|| tool.ok as f64 / tool.bytes.len() as f64),
                bytes: spread(&tool.bytes),
                microseconds: spread(&tool.microseconds),
            })
            .collect();
        tools.sort_by_key(|tool| std::cmp::Reverse(tool.calls));
        tools
    }

    fn reward(&self, bootstrap: &BootstrapSettings) -> Option<RewardStats> {
        let means: Vec<f64> = self.rewards.values().map(|rewards| mean(rewards)).collect();
        let best: Vec<f64> = self
            .rewards
            .values()
            .map(|rewards| rewards.iter().copied().fold(f64::MIN, f64::max))
            .collect();
        let alike = |rewards: &&Vec<f64>| {
            rewards
                .windows(2)
                .all(|two| two[0].total_cmp(&two[1]).is_eq())
        };
        (!means.is_empty()).then(|| RewardStats {
            episodes: self.rewards.values().map(Vec::len).sum(),
            tasks: means.len(),
            mean: mean(&means),
            interval: bootstrap_mean(&means, bootstrap),
            best: mean(&best),
            tasks_without_spread: self.rewards.values().filter(alike).count(),
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn spread(values: &[f64]) -> Spread {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(&max) = sorted.last() else {
        return Spread::default();
    };
    Spread {
        n: sorted.len(),
        total: sorted.iter().sum(),
        mean: mean(&sorted),
        median: quantile(&sorted, 1, 2),
        p90: quantile(&sorted, 9, 10),
        max,
    }
}

/// Interpolated linearly between order statistics.
fn quantile(sorted: &[f64], numerator: usize, denominator: usize) -> f64 {
    let place = (sorted.len() - 1) * numerator;
    let (low, rest) = (place / denominator, place % denominator);
    let Some(&high) = sorted.get(low + 1) else {
        return sorted[low];
    };
    sorted[low] + (high - sorted[low]) * rest as f64 / denominator as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads() {
        let check = |values: &[f64], median: f64, p90: f64, max: f64| {
            let spread = spread(values);
            let got = (spread.median, spread.p90, spread.max);
            assert_eq!(got, (median, p90, max), "{values:?}");
        };
        check(&[], 0.0, 0.0, 0.0);
        check(&[3.0], 3.0, 3.0, 3.0);
        check(&[4.0, 1.0], 2.5, 3.7, 4.0);
        check(
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
            6.0,
            10.0,
            11.0,
        );
    }
}

//! The numbers of a run, as `bughound analyze --format json` prints them.

use std::collections::BTreeMap;

use bughound_metrics::{Mean, Share};
use bughound_trace::EndReason;
use serde::Serialize;

use crate::{Chain, EpisodeOutcome};

/// What is known about one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunAnalysis {
    /// Episodes.
    pub episodes: usize,
    /// Distinct tasks: the clusters of all intervals.
    pub tasks: usize,
    /// From which reward on an episode is a success.
    pub success_at: f64,
    /// Episodes by how they came out.
    pub outcomes: BTreeMap<EpisodeOutcome, usize>,
    /// Successes among the episodes with a reward.
    pub success_rate: Option<Share>,
    /// Turns and calls of an episode: all that are no faults, successes, failures.
    pub lengths: Grouped<Lengths>,
    /// Why episodes ended, faults included.
    pub ends: Vec<EndCount>,
    /// How the policy's calls are spread over tools, most used first. No probabilities of transitions.
    pub usage: Vec<ToolUsage>,
    /// What follows what.
    pub chain: Chain,
    /// How much was written and read, by kind.
    pub amounts: Grouped<AmountDocument>,
    /// Validation, and what repeating it is worth where tests are flaky.
    pub validation: Validation,
    /// What detectors found.
    pub detectors: Vec<Detected>,
}

/// A number of all episodes that are no faults, of successes and of failures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Grouped<T> {
    /// All that are no faults.
    pub all: T,
    /// Successes.
    pub success: T,
    /// Failures.
    pub failure: T,
}

impl<T> Grouped<T> {
    /// Each with its name.
    pub fn named(&self) -> [(&'static str, &T); 3] {
        [
            ("all", &self.all),
            ("success", &self.success),
            ("failure", &self.failure),
        ]
    }
}

/// How long episodes are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lengths {
    /// Requests to the policy.
    pub turns: Option<Length>,
    /// Calls.
    pub calls: Option<Length>,
}

/// A length.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Length {
    /// Its mean.
    pub mean: Mean,
    /// Half of the episodes have at most this.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

/// Why episodes ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndCount {
    /// The reason.
    pub end: EndReason,
    /// Of all episodes.
    pub share: Share,
    /// Episodes by how they came out.
    pub outcomes: BTreeMap<EpisodeOutcome, usize>,
}

/// How much a tool is used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolUsage {
    /// The tool; a shell's commands by their programs.
    pub name: String,
    /// Of all calls.
    pub all: Option<Share>,
    /// Of the calls of successes.
    pub success: Option<Share>,
    /// Of the calls of failures.
    pub failure: Option<Share>,
    /// Characters of arguments.
    pub arguments: u64,
    /// Characters of output.
    pub output: u64,
}

/// How much was written and read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AmountDocument {
    /// Always `characters`: servers count tokens of whole replies, not of their parts.
    pub unit: &'static str,
    /// Thoughts, as a share of all but prompts.
    pub thinking: Option<Share>,
    /// Words that are neither thoughts nor calls, likewise.
    pub text: Option<Share>,
    /// Arguments of calls, likewise.
    pub arguments: Option<Share>,
    /// Output of calls, likewise.
    pub output: Option<Share>,
    /// Thoughts, as a share of what the policy wrote.
    pub thinking_of_written: Option<Share>,
    /// What the policy was told, in characters; in no share.
    pub prompt: u64,
    /// Arguments and outputs of each tool, as a share of all but prompts and thoughts.
    pub tools: Vec<ToolAmounts>,
    /// Tokens that servers reported.
    pub tokens: Option<Tokens>,
}

/// How much a tool takes and gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolAmounts {
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub arguments: Share,
    /// Its outputs.
    pub output: Share,
}

/// Tokens as servers reported them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tokens {
    /// Episodes whose every reply has a count that is no estimate.
    pub episodes: usize,
    /// Tokens that policies wrote in them, an episode.
    pub written: Mean,
    /// Of these, tokens of thoughts, as far as servers tell.
    pub thinking: Share,
}

/// Validation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Validation {
    /// Episodes that validate at all, among those that are no faults.
    pub episodes: Option<Share>,
    /// By the longest run of the same validation with nothing changed in between: how many episodes.
    pub longest_runs: BTreeMap<usize, usize>,
    /// What these runs are worth: the mean over episodes that validate.
    pub inflation: Vec<Inflation>,
}

/// What trying again is worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Inflation {
    /// The chance that one run passes although it should not.
    pub q: f64,
    /// The mean over episodes of the chance that at least one of its `k` runs does: `1 − (1 − q)^k`.
    pub at_least_once: f64,
}

/// What a detector found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detected {
    /// The detector.
    pub name: &'static str,
    /// What it finds.
    pub definition: &'static str,
    /// Episodes with a finding, among all that are no faults.
    pub all: Option<Share>,
    /// Among successes.
    pub success: Option<Share>,
    /// Among failures.
    pub failure: Option<Share>,
    /// Every finding.
    pub evidence: Vec<Evidence>,
}

/// Where a detector found something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// The episode.
    pub episode: String,
    /// The model or, without one, the policy: files may hold the same tasks.
    pub policy: String,
    /// How it came out.
    pub outcome: EpisodeOutcome,
    /// Which reply of the policy, from 1.
    pub turn: usize,
    /// Why.
    pub why: String,
    /// The call.
    pub call: String,
}

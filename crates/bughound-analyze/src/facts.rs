//! What one episode comes down to: all that the numbers of many are made of, so that its trace can be let go.

use std::collections::BTreeMap;

use bughound_trace::{EndReason, Trace};

use crate::action::events;
use crate::amounts::{Amounts, amounts_of};
use crate::detect::{DETECTORS, Found, Scene, longest_run};

/// How an episode came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EpisodeOutcome {
    /// Its reward is at least what a success is.
    Success,
    /// Its reward is less.
    Failure,
    /// No reward was worked out.
    Unknown,
    /// It says nothing about the policy ([`EndReason::is_fault`]); left out of usage and chains.
    Fault,
}

impl EpisodeOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Success, Self::Failure, Self::Unknown, Self::Fault];

    /// The word for it in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Unknown => "unknown",
            Self::Fault => "fault",
        }
    }

    /// That of a trace, where a reward of `success_at` is a success.
    pub fn of(trace: &Trace, success_at: f64) -> Self {
        match &trace.reward {
            _ if trace.end.is_fault() => Self::Fault,
            Some(reward) if reward.value.is_finite() => {
                if reward.value >= success_at - 1e-9 {
                    Self::Success
                } else {
                    Self::Failure
                }
            }
            _ => Self::Unknown,
        }
    }
}

/// What one episode comes down to.
#[derive(Clone, Debug)]
pub struct EpisodeFacts {
    pub(crate) id: String,
    pub(crate) task: String,
    pub(crate) policy: String,
    pub(crate) outcome: EpisodeOutcome,
    pub(crate) end: EndReason,
    pub(crate) turns: u32,
    pub(crate) calls: u32,
    /// States in the order in which they were entered, as places in `names`.
    pub(crate) steps: Vec<u32>,
    pub(crate) names: Vec<String>,
    pub(crate) amounts: Amounts,
    /// Findings of each detector, in the detectors' order.
    pub(crate) findings: Vec<Vec<Found>>,
    /// How often in a row, at most, the same was validated in the same state.
    pub(crate) longest_validation_run: usize,
}

impl EpisodeFacts {
    /// Those of a trace, where a reward of `success_at` is a success.
    pub fn of(trace: &Trace, success_at: f64) -> Self {
        let events = events(trace);
        let mut places: BTreeMap<&str, u32> = BTreeMap::new();
        let mut names = Vec::new();
        let mut steps = Vec::with_capacity(events.len());
        for event in &events {
            let place = *places.entry(event.state()).or_insert_with(|| {
                names.push(event.state().to_owned());
                u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
            });
            steps.push(place);
        }
        let scene = Scene {
            trace,
            events: &events,
        };
        Self {
            id: trace.id(),
            task: trace.task.instance_id.clone(),
            policy: trace
                .policy
                .model
                .clone()
                .unwrap_or_else(|| trace.policy.name.clone()),
            outcome: EpisodeOutcome::of(trace, success_at),
            end: trace.end,
            turns: trace.spent.turns,
            calls: trace.spent.calls,
            steps,
            names,
            amounts: amounts_of(trace, &events),
            findings: DETECTORS
                .iter()
                .map(|detector| (detector.find)(&scene))
                .collect(),
            longest_validation_run: longest_run(&scene),
        }
    }

    /// How it came out.
    pub fn outcome(&self) -> EpisodeOutcome {
        self.outcome
    }

    /// Its states by name, in order.
    pub(crate) fn states(&self) -> impl Iterator<Item = &str> {
        let at = |place: &u32| self.names[*place as usize].as_str();
        self.steps.iter().map(at)
    }
}

//! Episodes that were run before, so that what was cut short goes on where it was.

use bughound_trace::{PolicyRecord, Trace};

/// What remains of an episode that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    task: String,
    prepared: String,
    pipeline: String,
    attempt: u32,
    seed: u64,
    policy: PolicyRecord,
    /// Its reward.
    pub(crate) solved: bool,
    /// How long it took.
    pub(crate) milliseconds: u64,
}

impl Past {
    /// Of a trace; `None` where it says nothing and should be run again.
    pub fn of(trace: &Trace) -> Option<Self> {
        let reward = trace.reward.as_ref()?;
        Some(Self {
            task: trace.task.instance_id.clone(),
            prepared: trace.extra.get("prepared")?.as_str()?.to_owned(),
            pipeline: trace.protocol.clone(),
            attempt: trace.attempt,
            seed: trace.seed,
            policy: trace.policy.clone(),
            solved: reward.value > 0.5,
            milliseconds: trace.spent.milliseconds,
        })
    }

    /// Whether it is the episode that would be run.
    pub(crate) fn is(&self, wanted: &Wanted<'_>) -> bool {
        self.task == wanted.task
            && self.prepared == wanted.prepared
            && self.pipeline == wanted.pipeline
            && self.attempt == wanted.attempt
            && self.seed == wanted.seed
            && self.policy == *wanted.policy
    }
}

/// An episode that is to be run.
pub(crate) struct Wanted<'a> {
    pub(crate) task: &'a str,
    pub(crate) prepared: &'a str,
    pub(crate) pipeline: &'a str,
    pub(crate) attempt: u32,
    pub(crate) seed: u64,
    pub(crate) policy: &'a PolicyRecord,
}

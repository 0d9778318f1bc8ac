//! How far the work is.

/// A part of the work that may take a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The policy answers tasks.
    Tasks,
    /// Ground truth is worked out from the tasks' patches.
    GroundTruth,
    /// Scores, intervals and reports.
    Scores,
}

impl Phase {
    /// A few words for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tasks => "answering tasks",
            Self::GroundTruth => "working out ground truth",
            Self::Scores => "scoring",
        }
    }
}

/// Whoever shows progress or wants to stop a run. Methods are called from several threads and should
/// return at once.
pub trait Progress: Sync {
    /// A phase begins: `done` of `total` steps are behind us already (from an interrupted run).
    fn begin(&self, phase: Phase, done: usize, total: usize) {
        let _ = (phase, done, total);
    }

    /// One more step of the phase is done; `what` names it, where it has a name.
    fn step(&self, what: &str) {
        let _ = what;
    }

    /// Asked between tasks: whether to stop here. What is done stays done.
    fn should_stop(&self) -> bool {
        false
    }
}

/// Shows nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

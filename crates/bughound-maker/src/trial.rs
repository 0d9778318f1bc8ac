//! What became of one change that was tried.

use std::collections::BTreeMap;

use bughound_testbed::Kind;
use serde::{Deserialize, Serialize};

/// One change that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The base.
    pub base: String,
    /// What kind of task it was to become.
    pub kind: Kind,
    /// What changed it: the name of an operator.
    pub operator: String,
    /// The file.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The change in words.
    pub description: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// A task.
    Made {
        /// Its name.
        id: String,
        /// Tests that fail before the fix and pass after it.
        fail_to_pass: usize,
    },
    /// Nothing.
    Discarded {
        /// Why.
        reason: Reason,
        /// More of it.
        detail: String,
    },
}

/// Why a change makes no task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// All is as before: the change means nothing, or no test looks.
    Unnoticed,
    /// No test looks at the file at all: it can even be nonsense.
    NotExercised,
    /// Something did not end in time.
    Hang,
    /// It failed in another way, or not, when it was tried again.
    Flaky,
    /// It broke more than a small change of what the program does may break.
    BreaksTooMuch,
    /// It was meant not to build, and builds.
    Builds,
    /// Nothing in what was printed says what is wrong.
    Unclear,
    /// As a task it could not be believed.
    NotAdmitted,
    /// The testbed failed; nothing is known.
    Fault,
}

/// How often each outcome was met, by kind of task: `made` or the name of the reason.
pub fn counts<'a>(trials: impl IntoIterator<Item = &'a Trial>) -> BTreeMap<(Kind, String), usize> {
    let mut counts = BTreeMap::new();
    for trial in trials {
        let name = match &trial.outcome {
            Outcome::Made { .. } => "made".to_owned(),
            Outcome::Discarded { reason, .. } => reason.name().to_owned(),
        };
        *counts.entry((trial.kind, name)).or_default() += 1;
    }
    counts
}

impl Reason {
    /// The name that is recorded.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unnoticed => "unnoticed",
            Self::NotExercised => "not_exercised",
            Self::Hang => "hang",
            Self::Flaky => "flaky",
            Self::BreaksTooMuch => "breaks_too_much",
            Self::Builds => "builds",
            Self::Unclear => "unclear",
            Self::NotAdmitted => "not_admitted",
            Self::Fault => "fault",
        }
    }
}

//! Who answers.

use std::sync::Arc;

use bughound_agent::Ranking;
use bughound_index::{HistoryIndex, Index};
use bughound_rollout::Obstacle;
use bughound_trace::{TaskRecord, Trace};

use crate::policies::policies;
use crate::settings::Depth;

/// What a policy is asked. It is all that a policy may know of the task: no patch, no tests, nothing that
/// happened after the base commit.
pub struct Question<'a> {
    /// The repository at the base commit.
    pub index: &'a Arc<Index>,
    /// What happened before; given to policies that ask for it.
    pub history: Option<&'a Arc<HistoryIndex>>,
    /// Which task, with the text of its issue.
    pub task: &'a TaskRecord,
    /// How many locations of each level are wanted.
    pub depth: Depth,
    /// To be called with the name of each stage when it begins, for those who measure.
    pub on_stage: &'a (dyn Fn(&'static str) + Sync),
}

/// What a policy answers: ranked locations, best first. Locations that share an id (overloads, property
/// accessors) should stand once; where they do not, the first counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    /// The locations.
    pub ranking: Ranking,
    /// How it came to them, of policies that search step by step.
    pub trace: Option<Box<Trace>>,
}

impl From<Ranking> for Answered {
    fn from(ranking: Ranking) -> Self {
        Self {
            ranking,
            trace: None,
        }
    }
}

/// Something that ranks the places of a repository for an issue.
///
/// The answer must depend on the question alone: the same question gets the same answer, on whatever thread
/// and after whatever other questions.
pub trait Policy: Sync {
    /// The name on the command line.
    fn name(&self) -> &str;

    /// One line for people.
    fn about(&self) -> &str;

    /// Whatever beside its name decides its answers; it is written to `settings.toml`.
    fn settings(&self) -> toml::Table {
        toml::Table::new()
    }

    /// Whether [`Question::history`] is wanted; reading it takes time.
    fn wants_history(&self) -> bool {
        true
    }

    /// Answers.
    ///
    /// # Errors
    /// Where something broke that says nothing about the policy. An episode that ended by a fault is not an error
    /// here: its trace says so.
    fn answer(&self, question: &Question<'_>) -> Result<Answered, Obstacle>;
}

/// A name that no policy has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no policy `{0}`; there are {names}", names = names())]
pub struct UnknownPolicy(pub String);

fn names() -> String {
    let names: Vec<String> = policies()
        .map(|policy| format!("`{}`", policy.name()))
        .into();
    names.join(", ")
}

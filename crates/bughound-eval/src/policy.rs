//! Who answers.

use bughound_core::Location;
use bughound_index::{HistoryIndex, Index};

use crate::policies::policies;
use crate::settings::Depth;

/// What a policy is asked. It is all that a policy may know of the task: no patch, no tests, nothing that
/// happened after the base commit.
pub struct Question<'a> {
    /// The repository at the base commit.
    pub index: &'a Index,
    /// What happened before; given to policies that ask for it.
    pub history: Option<&'a HistoryIndex>,
    /// The text of the issue.
    pub issue: &'a str,
    /// How many locations of each level are wanted.
    pub depth: Depth,
    /// To be called with the name of each stage when it begins, for those who measure.
    pub on_stage: &'a (dyn Fn(&'static str) + Sync),
}

/// Ranked locations, best first. Locations that share an id (overloads, property accessors) should stand
/// once; where they do not, the first counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Whole files.
    pub files: Vec<Location>,
    /// Functions, methods and types together.
    pub functions: Vec<Location>,
    /// Classes and other types on their own.
    pub classes: Vec<Location>,
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
    fn answer(&self, question: &Question<'_>) -> Ranking;
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

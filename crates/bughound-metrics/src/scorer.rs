//! What counts as right and as found.

use crate::{Answer, FlevalScorer, LocAgentScorer, Metric, PathScorer, ScoreLevel, Truth};

/// A named set of definitions: which tasks count, what is right, what was found, and which metrics are
/// read off.
///
/// Implementations must be pure and must not look at the truth to build the ranking, nor the reverse.
pub trait Scorer: Sync {
    /// The name on the command line.
    fn name(&self) -> &'static str;

    /// One line for people.
    fn about(&self) -> &'static str;

    /// The levels it scores, in the order of its report.
    fn levels(&self) -> &'static [ScoreLevel];

    /// The metrics of a level, in the order of its report.
    fn metrics(&self, level: ScoreLevel) -> &'static [Metric];

    /// How the two sides are read at one of its levels.
    fn view(&self, level: ScoreLevel) -> View;
}

/// Picks the right answers of a level.
pub(crate) type ReadTruth = fn(&Truth) -> Option<Vec<&str>>;

/// Picks the ranking of a level.
pub(crate) type ReadRanking = fn(&Answer) -> Vec<&str>;

/// How a scorer reads truth and answers at one level.
#[derive(Clone, Copy)]
pub struct View {
    /// The right answers; `None` leaves the task out of every sum. An empty list counts as 0.
    pub truth: fn(&Truth) -> Option<Vec<&str>>,
    /// The ranking, best first. Repeats are dropped later.
    pub ranking: fn(&Answer) -> Vec<&str>,
    /// How many distinct items of the ranking count, where there is a limit.
    pub limit: Option<usize>,
}

/// Every scorer, the default first.
pub fn scorers() -> [&'static dyn Scorer; 3] {
    [&PathScorer, &FlevalScorer, &LocAgentScorer]
}

/// A name that no scorer has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scorer `{0}`; there are {names}", names = names())]
pub struct UnknownScorer(pub String);

/// The scorer with this name.
///
/// # Errors
/// [`UnknownScorer`], which lists the names that there are.
pub fn scorer_named(name: &str) -> Result<&'static dyn Scorer, UnknownScorer> {
    scorers()
        .into_iter()
        .find(|s| s.name() == name)
        .ok_or_else(|| UnknownScorer(name.to_owned()))
}

fn names() -> String {
    scorers().map(|s| format!("`{}`", s.name())).join(", ")
}

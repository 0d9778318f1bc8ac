//! How good is a ranking, a run, a difference? Pure functions, each with its formula and its source.
//!
//! - [`Judged`] is one ranking held against one set of right answers; every [`Metric`] is a function of it.
//! - A [`Scorer`] says what counts as right and as found at each [`ScoreLevel`]: [`scorers`] lists them.
//! - [`score_run`] scores all tasks with one scorer, with denominators, ceilings and bootstrap intervals.
//! - [`compare`] and [`compare_runs`] tell whether a difference between two runs is more than luck.
//! - [`RatioSums`] is a share whose parts come in clusters, with its interval.
//!
//! This crate knows nothing of files, repositories and policies. All random numbers come from an explicit
//! seed ([`Rng`]).

mod bootstrap;
mod compare;
mod judged;
mod level;
mod metric;
mod metrics;
mod ratio;
mod rng;
mod run;
mod scorer;
mod scorers;
mod truth;

pub use bootstrap::{BootstrapSettings, Interval, bootstrap_mean};
pub use compare::{Comparison, MetricComparison, RunComparison, compare, compare_runs};
pub use judged::Judged;
pub use level::ScoreLevel;
pub use metric::{Metric, UnknownMetric};
pub use metrics::{
    accuracy, any_hit, average_precision, capped_accuracy, f1, iou, ndcg, precision, recall,
    reciprocal_rank,
};
pub use ratio::{Mean, RatioSums, Share, wilson};
pub use rng::Rng;
pub use run::{Aggregate, Denominators, LevelScores, RunScores, ScoredTask, TaskScores, score_run};
pub use scorer::{Scorer, UnknownScorer, View, scorer_named, scorers};
pub use scorers::{FlevalScorer, LocAgentScorer, PathScorer};
pub use truth::{Answer, Truth};

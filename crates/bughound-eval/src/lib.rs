//! Who is better, and are we sure? Runs over sets of tasks, their scores, comparisons and reports.
//!
//! - [`evaluate`] lets a [`Policy`] answer the tasks of a file and writes a run folder that can be
//!   continued, scored again and compared.
//! - [`score`] holds predictions, our own or others', against ground truth; [`ScoreDocument`] is the
//!   result, as `metrics.json` and `bughound score --format json` have it.
//! - [`compare_predictions`] tells whether the difference between two sets of predictions is more than
//!   luck.
//!
//! The shapes of all files stand in `docs/evaluation.md`. This crate prints nothing: whoever wants to know
//! how far the work is implements [`Progress`]. What is wrong with a task is data
//! ([`PredictionLine::error`]); what stops a run is an [`EvalError`].

mod compare;
mod definitions;
mod error;
mod evaluate;
mod journal;
mod misses;
mod policies;
mod policy;
mod prediction_line;
mod progress;
mod report;
mod run_folder;
mod run_tasks;
mod score;
mod score_document;
mod score_text;
mod settings;
mod sha256;
mod tasks_file;
mod trace_log;
mod truths;

pub use bughound_agent::Ranking;
pub use bughound_rollout::{ErrorKind, Obstacle};
pub use compare::{CompareDocument, CompareRequest, TaskDifference, compare_predictions};
pub use definitions::definition;
pub use error::EvalError;
pub use evaluate::{EvalRequest, RunSummary, evaluate};
pub use misses::{Miss, MissReason, misses};
pub use policies::{AgentPolicy, HoundPolicy, policies, policy_named};
pub use policy::{Answered, Policy, Question, UnknownPolicy};
pub use prediction_line::{EpisodeSummary, PredictionLine, RankedScores, TaskError};
pub use progress::{Phase, Progress, Silent};
pub use run_folder::RunFolder;
pub use score::{ScoreRequest, TaskList, score};
pub use score_document::{Answers, NotScored, ScoreDocument, ScoredTasks, UsedScorer};
pub use settings::{Depth, RunSettings, ScoringSettings, SelectedTasks};
pub use sha256::Sha256;
pub use tasks_file::{Selection, TasksFile};
pub use truths::{TruthRequest, TruthSource, Truths};

//! What are we asked, and what is right? Data sets of issues, the repositories they speak of, ground truth
//! worked out from patches, and the answers of ourselves and of others.
//!
//! - [`read_tasks`] reads SWE-bench's files; [`RepoMap`] finds a project's local repository.
//! - [`ground_truth`] says which functions, classes and files a fix changed, named by the code before it.
//! - [`check_tasks`] and [`stats`] look over a set of tasks.
//! - [`mine`] makes tasks of a repository's history.
//! - [`read_predictions`] and [`read_ground_truth`] read run files, our own and others'.
//!
//! This crate knows nothing of policies and metrics' values; it only prepares what they need. What is
//! wrong with an entry is a [`Finding`], what stops the work is a [`TasksError`].

mod apply;
mod check;
mod edits;
mod error;
mod finding;
mod ground_truth;
mod ids;
mod in_repo;
mod loc_outputs;
mod mine;
mod parquet_rows;
mod patch;
mod prediction;
mod read;
mod repo_map;
mod stats;
mod task;
mod truth_file;

pub use apply::{Applied, Block, Mismatch, apply};
pub use check::{TaskCheck, check_task, check_tasks};
pub use error::{OnMalformed, TasksError};
pub use finding::{Finding, FindingKind};
pub use ground_truth::{GroundTruth, PreImage, ground_truth, ground_truth_of_patch};
pub use in_repo::{ground_truth_at, ground_truth_in};
pub use mine::{
    DropReason, IssueTexts, KnownTasks, LeakPolicy, Leaks, MineRequest, MineSettings, Mined,
    Recipe, RecipeProject, TEST_PROJECTS, is_permissive, licence_of, mine, unified_diff,
    without_bookkeeping,
};
pub use patch::{FilePatch, Hunk, HunkLine, Patch, parse_patch};
pub use prediction::{Prediction, PredictionSet, read_predictions};
pub use read::{TaskSet, read_tasks, write_tasks};
pub use repo_map::{RepoMap, RepoNotFound};
pub use stats::{Ceiling, Spread, Stats, TaskStats, stats};
pub use task::{Task, TaskFilter};
pub use truth_file::read_ground_truth;

//! How do we run many episodes? Bounded concurrency, resume, one trace each.
//!
//! - [`rollout`] runs `n` episodes for each task and writes their traces to a folder that can be continued.
//! - [`open_repos`], [`open_world`] and [`Queue`] are what everybody needs who works through a set of tasks:
//!   repositories are opened once, an index is made once per task, and tasks of one repository stay together.
//!
//! This crate knows nothing of optimizers, reports and the command line.

mod attempts;
mod error;
mod folder;
mod queue;
mod repos;
mod reward;
mod rollout;
mod settings;
mod work;
mod world;

pub use attempts::seed_of;
pub use error::RolloutError;
pub use folder::{Lock, lock_folder, write_atomically};
pub use queue::{Queue, Worker};
pub use repos::{ErrorKind, Obstacle, Repos, open_repos};
pub use reward::{SearchReward, reward_of};
pub use rollout::{RolloutRequest, RolloutSummary, SilentWatch, Watch, rollout};
pub use settings::{RolloutSettings, differences};
pub use world::{World, open_world};

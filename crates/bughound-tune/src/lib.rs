//! How does a language model improve? From episodes to weights, in two stages.
//!
//! - [`select`] is rejection sampling: of many episodes those that should be imitated.
//! - [`episode`] turns an episode into what a model reads and writes, and says which tokens are its own.
//! - [`Sft`] is the first stage, imitation; [`Grpo`] the second, reinforcement, in an [`arena`].
//! - [`recipe`] is everything that decides how a model is trained, as a file.
//! - [`plan`] says what that costs, before anything is begun.
//! - [`record`] writes each step down, for people and for TensorBoard.
//!
//! Everything is a function of its inputs and of explicit seeds: a run that is continued equals one that was not interrupted. This
//! crate knows nothing of HTTP and of the command line.

pub mod arena;
mod batches;
mod checkpoint;
pub mod episode;
mod error;
mod grpo;
mod learner;
pub mod plan;
mod quality;
pub mod recipe;
pub mod record;
pub mod select;
mod sft;
mod watch;

pub use checkpoint::{Checkpoints, State, load, write_model};
pub use error::TuneError;
pub use grpo::{Grpo, GrpoStep, GrpoSummary};
pub use quality::{Quality, quality, recall_5};
pub use sft::{Sft, SftStep, SftSummary};
pub use watch::Watch;

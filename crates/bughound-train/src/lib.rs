//! How does the policy improve? From tasks with known fixes to weights.
//!
//! - [`collect_examples`] turns tasks into [`Example`]s: what a scorer reads of each candidate, and which of them the fix
//!   changes.
//! - [`navigation`] trains the policy that decides what to read and when to stop, in two stages.
//! - [`scorer`] trains the ranking network on examples.
//!
//! This crate knows nothing of HTTP and of the command line. Everything here is a function of its inputs and of
//! explicit seeds: the same examples give the same weights, bit for bit, at any number of threads.

mod collect;
pub mod encoder;
mod error;
mod example;
pub mod navigation;
pub mod pairs;
pub mod scorer;

pub use collect::{
    ByProject, CollectRequest, CollectSummary, Watch, choose_tasks, collect_examples,
};
pub use error::TrainError;
pub use example::{Example, ExampleFolder, ExampleShape};

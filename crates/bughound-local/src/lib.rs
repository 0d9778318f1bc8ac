//! How does a model in this process act?
//!
//! - An [`Engine`] owns a model and writes for many callers at once: episodes that wait at the same time are one batch.
//! - [`prompt_of`] gives the ids of a conversation. What the model itself wrote stands in them as it was sampled: nothing is
//!   ever tokenized twice.
//! - [`load`] reads a model's folder.
//! - [`LocalPolicy`] is the policy that asks an engine.
//!
//! This crate knows nothing of training, of HTTP and of the command line.

mod engine;
mod load;
mod policy;
mod prompt;

pub use engine::{Ask, Engine, EngineError, EngineSettings, Finish, Written};
pub use load::{LoadError, Loaded, load};
pub use policy::LocalPolicy;
pub use prompt::prompt_of;

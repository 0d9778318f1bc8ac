//! How does a language model improve? From episodes to weights, in two stages.
//!
//! - [`select`] is rejection sampling: of many episodes those that should be imitated.
//! - [`episode`] turns an episode into the tokens that a model read and wrote, and says which were its own.
//! - [`recipe`] is everything that decides how a model is trained, as a file.
//! - [`record`] writes each step down, for people and for TensorBoard.
//!
//! This crate knows nothing of HTTP and of the command line.

pub mod episode;
pub mod recipe;
pub mod record;
pub mod select;

//! How does a language model compute, learn and write?
//!
//! Decoders of the Qwen2 and Qwen3 families from Hugging Face directories ([`Model::load`]), on plain buffers of
//! `f32` with forward and backward passes written by hand, in the manner of llm.c and nanochat:
//!
//! - a [`Pass`] computes log-probabilities of a [`Batch`] and gradients from what they are worth to the caller;
//! - [`AdamW`] changes weights by them, all of them or those of a low-rank [`Adapter`] only;
//! - a [`Generator`] writes tokens for many requests at once and computes a shared prefix once;
//! - [`Estimate`] says what all of that will need in memory.
//!
//! The sum behind every number has one order, which depends neither on how many threads there are, nor on what else
//! is in a batch, nor on whether keys and values came from a cache. So packed equals single, cached equals
//! uncached, recomputed equals kept, and what a generator says of its own tokens is what a pass says of them, to
//! the bit. Between kinds of processors the last bits differ.
//!
//! It knows nothing of text, tokenizers, prompts, rewards and the command line: tokens are numbers here.

#![allow(
    clippy::cast_possible_truncation,
    reason = "indices of tensors and single-precision arithmetic throughout"
)]

pub mod kernels;

mod config;
mod error;
mod estimate;
mod generate;
mod model;
mod optimizer;
mod params;
mod rng;
mod weights;

pub use config::{Family, ModelConfig};
pub use error::Error;
pub use estimate::{Estimate, Training};
pub use generate::{Event, Finish, Generator, GeneratorConfig, Request, RequestId, Sampling};
pub use model::{Adapter, AdapterConfig, Batch, Model, Pass, PassConfig, Scores, Target};
pub use optimizer::{AdamW, AdamWConfig, Schedule, StepReport};
pub use params::{Params, Slot};
pub use weights::Precision;

//! Which repair tasks can be made of this project?
//!
//! A [`Base`] is a project that is well: a folder with `base.toml`, a recipe without what is broken. [`make`] breaks it in
//! small ways ([`bughound_mutate`], [`Kind::Environment`](bughound_testbed::Kind::Environment)'s own), looks at what the
//! tests say, and keeps as tasks those changes that fail clearly, the same way every time, and pass when undone. What was
//! tried and why it was left out is a [`Trial`] each: the proof of what was made, and the measure of what was not.
//!
//! [`candidates`] tries other versions of a dependency until the project breaks; [`split`] divides a suite by time.
//! This crate knows nothing of policies and of how commands are isolated: all it asks is a [`Prover`].

mod base;
mod choose;
mod edits;
mod environment;
mod make;
mod prover;
mod rng;
mod split;
mod symptom;
mod trial;
mod versions;
mod write;

pub use base::{Base, BaseError};
pub use make::{MakeSettings, make};
pub use prover::{OnTestbed, Prover};
pub use split::{Split, split};
pub use trial::{Outcome, Reason, Trial, counts};
pub use versions::{Candidate, candidates};

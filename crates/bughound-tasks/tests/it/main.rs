//! Tests of the crate through its public surface.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod apply;
mod check;
mod ground_truth;
mod mine;
mod patch;
mod predictions;
mod published;
mod read;
mod repo_map;

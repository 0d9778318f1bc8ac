//! Runs of episodes on a small repository.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

mod runs;
mod world;

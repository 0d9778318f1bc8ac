//! All integration tests of this crate, in one binary.

#![expect(clippy::unwrap_used, reason = "set-up that fails should stop the test")]

mod features;
mod fixture;
mod locate;
mod reasons;
mod weights;

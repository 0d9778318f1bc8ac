//! Training, on made-up data.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

mod encoder;
mod navigation;
mod scorer;

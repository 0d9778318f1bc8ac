//! Tests over the public interface.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

mod manifests;
mod operators;
mod properties;

//! Tests of the index through its public interface, on small repositories that they write.

#![allow(clippy::unwrap_used, reason = "tests")]

mod fixture;
mod graph;
mod search;

//! Tests of the index through its public interface, on small repositories that they write.

#![allow(clippy::unwrap_used, reason = "tests")]

mod cache;
mod fixture;
mod graph;
mod graph_languages;
mod imports;
mod names;
mod near;
mod raises;
mod references;
mod search;

//! Runs, scores, comparisons and reports on small repositories whose history is the tasks.
#![allow(clippy::unwrap_used, reason = "this is a test")]

mod agents;
mod compare;
mod report;
mod resume;
mod run;
mod score;
mod world;

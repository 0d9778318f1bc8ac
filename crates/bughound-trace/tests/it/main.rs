//! Files of traces from outside.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod damage;
mod fixture;
mod reader;
mod writer;

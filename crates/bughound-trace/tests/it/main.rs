//! Files of traces from outside.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod analysis;
mod damage;
mod docs;
mod fixture;
mod import;
mod reader;
mod writer;

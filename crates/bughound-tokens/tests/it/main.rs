//! Tests of bughound-tokens on whole tokenizers.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

mod corpus;
mod renderings;
mod samples;
mod tokenizer;
mod train;

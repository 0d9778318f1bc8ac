//! Attacks and honest fixes are carried out, and models are asked: what rewards say of them. No registry is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod attacks;
mod judge;

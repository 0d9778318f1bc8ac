//! What the sandbox lets through, and what it does not.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends there")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests start programs, also this one, and tell them things in the environment"
)]
#![allow(
    clippy::exit,
    reason = "on a machine that cannot isolate there is nothing to test"
)]

mod basics;
mod bwrap;
mod denial;
mod inside;
mod limits;
mod links;
mod orphans;
mod support;
mod user;

//! The tools at work in real sandboxes, on projects that need nothing but what `/usr` has.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends there")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "calls are written as `json!`"
)]
#![allow(
    clippy::exit,
    clippy::print_stderr,
    reason = "on a machine that cannot isolate there is nothing to test, which is said"
)]

mod calls;
mod faults;
mod files;
mod help;
mod page;
mod repairs;
mod support;

//! What the sandbox lets through, and what it does not.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends there")]

mod basics;
mod support;

//! Making tasks with a prover that needs no machine, and reading bases.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

mod bases;
mod fake;
mod making;

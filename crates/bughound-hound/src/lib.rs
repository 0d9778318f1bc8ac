//! See the crate's description in ARCHITECTURE.md.

pub mod issue;

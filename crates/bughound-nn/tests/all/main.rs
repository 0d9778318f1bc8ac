//! The engine against PyTorch and against itself.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod adapter;
mod exactness;
mod files;
mod fixture;
mod generation;
mod training;

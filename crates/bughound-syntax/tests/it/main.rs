//! Outlines of small sources, per language, and what must hold for any text.
#![allow(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod properties;
mod python;
mod render;

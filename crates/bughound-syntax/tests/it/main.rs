//! Outlines of small sources, per language, and what must hold for any text.
#![allow(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod c_family;
mod ecma;
mod go;
mod java;
mod properties;
mod python;
mod render;
mod rust;

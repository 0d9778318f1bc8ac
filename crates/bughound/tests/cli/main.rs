//! The command line from outside: arguments in, output and exit code out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(unix)]
mod action;
mod analyze;
mod bad_input;
mod bounds;
mod build_tasks;
mod cache;
mod doctor;
mod eval;
mod fixture;
mod index;
mod interrupt;
mod issues;
mod locate;
mod locate_http;
mod logs;
mod mcp;
mod mcp_client;
mod mcp_http;
mod mcp_python;
mod mine;
mod repair;
mod repairs;
mod rerank;
mod resolve;
mod revisions;
mod rollout;
mod search;
mod show;
mod tool;
mod traces;
mod train_language;
mod train_navigation;
mod train_scorer;
mod usage;

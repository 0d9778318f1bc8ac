//! Bughound's view of repositories against what the `git` program says about them.

mod git;
mod history;
mod open;
mod resolve;
mod snapshot;
mod worktree;

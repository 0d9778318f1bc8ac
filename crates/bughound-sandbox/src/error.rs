//! What can go wrong that is not the command's doing.

use std::path::PathBuf;

/// The sandbox failed; the command did not. Nothing of it is a verdict on what ran.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// This machine cannot isolate what is run.
    #[error("{backend} cannot isolate commands on this machine: {missing}; {remedy}")]
    Unavailable {
        /// Which backend.
        backend: &'static str,
        /// What is missing.
        missing: String,
        /// What its user can do.
        remedy: String,
    },
    /// The world cannot be made.
    #[error("cannot make the sandbox: {step}: {path}: {source}", path = path.display())]
    Make {
        /// What was being done.
        step: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The world was asked for in a way that has no meaning.
    #[error("such a sandbox cannot be: {0}")]
    Nonsense(String),
    /// The sandbox is gone: its first process was killed, or the machine ran out of something.
    #[error("the sandbox is gone while it was asked to {doing}: {why}")]
    Gone {
        /// What was asked for.
        doing: &'static str,
        /// What is known.
        why: String,
    },
    /// A file of the tree could not be read or written.
    #[error("{step} {path}: {source}", path = path.display())]
    Tree {
        /// What was being done.
        step: &'static str,
        /// The path in the tree.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

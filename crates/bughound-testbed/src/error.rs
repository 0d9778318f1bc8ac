//! What can go wrong that no change is to blame for.

use bughound_sandbox::SandboxError;

use crate::{Fault, RecipeError};

/// The testbed failed.
#[derive(Debug, thiserror::Error)]
pub enum TestbedError {
    /// A task's folder is wrong.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Anything else, of a named kind.
    #[error("{}", .0.what)]
    Fault(Fault),
}

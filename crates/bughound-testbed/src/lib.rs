//! Does it build, and can we believe it?
//!
//! A repair task is a folder with a `task.toml` ([`Recipe`]): where the tree comes from, what broke it, what it is
//! pinned to, how it is built and tested, which paths a fix may change, and the known fix.

mod error;
pub mod results;
pub mod systems;
mod task;
mod verdict;

pub use error::TestbedError;
pub use task::{
    Broken, Budget, Commands, Dependencies, Edit, EditError, EditWhat, ErrorClass, Fix, Kind,
    Paths, Recipe, RecipeError, Release, Source, Stage, Symptom, Task, TaskCommand,
};
pub use verdict::{Blocked, Fault, FaultKind, Judged, TestId, TestStatus, Verdict};

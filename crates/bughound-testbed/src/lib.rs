//! Does it build, and can we believe it?
//!
//! A repair task is a folder with a `task.toml` ([`Recipe`]): where the tree comes from, what broke it, what it is
//! pinned to, how it is built and tested, which paths a fix may change, and the known fix. [`Testbed::prepare`] makes
//! layers of it once, with a network; afterwards there is none. [`Testbed::workspace`] hands out copies on which a policy
//! works, [`Testbed::validate`] says in a fresh one what a change is worth, and [`admission`] whether the task itself can be
//! believed.

pub mod admission;
mod archive;
mod change_set;
pub mod classes;
mod digest;
mod error;
mod kept;
mod paths;
mod prepare;
pub mod results;
mod source;
mod store;
mod suite;
pub mod systems;
mod task;
mod testbed;
mod tree;
mod trial;
mod validate;
mod verdict;
mod version;
mod workspace;
mod worlds;

pub use change_set::ChangeSet;
pub use digest::sha256;
pub use error::TestbedError;
pub use prepare::Prepared;
pub use suite::{Suite, SuiteEntry};
pub use task::{
    Broken, Budget, CandidateFix, Commands, Dependencies, Driver, Edit, EditError, EditWhat,
    ErrorClass, Files, Fix, Kind, Oracle, OracleCase, OracleFile, Paths, Recipe, RecipeError,
    Release, Source, Stage, Symptom, Task, TaskCommand, files_below,
};
pub use testbed::Testbed;
pub use tree::{Tree, TreeFile};
pub use trial::{Trial, TrialCommand};
pub use validate::Baseline;
pub use verdict::{Blocked, Fault, FaultKind, Judged, TestId, TestStatus, Verdict};
pub use version::{compare, satisfies};
pub use workspace::Workspace;

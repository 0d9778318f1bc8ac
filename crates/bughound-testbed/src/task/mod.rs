//! What a repair task is: a folder with `task.toml`.

mod checks;
mod edit;
mod oracle;
mod read;
mod recipe;

pub use edit::{Edit, EditError, EditWhat};
pub use oracle::{Driver, Oracle, OracleCase, OracleFile};
pub use read::{Files, RecipeError, Task, files_below};
pub use recipe::{
    Broken, Budget, CandidateFix, Commands, Dependencies, ErrorClass, Fix, Kind, Paths, Recipe,
    Release, Source, Stage, Symptom, TaskCommand,
};

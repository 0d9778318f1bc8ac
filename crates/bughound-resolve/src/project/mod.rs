//! Whose project is it, how is it built and tested, and what may be changed?

mod commands;
mod detect;
mod open;
mod recipe;
mod tree;

pub use commands::{argv_of, results_of};
pub use detect::{Detected, detect};
pub use open::{OpenTask, Own, environment_of, open_task};
pub use recipe::{Environment, environment_in, environment_of_task};
pub use tree::{Files, files_of};

//! The suite that a command is about.

use std::path::Path;

use bughound_testbed::Suite;

use crate::exit::Failure;

/// The tasks in `folder`, or those that are part of the program.
pub(super) fn read(folder: Option<&Path>) -> anyhow::Result<Suite> {
    match folder {
        Some(folder) => {
            Ok(Suite::read(folder).map_err(|error| Failure::bad_input(error.to_string()))?)
        }
        None => Ok(Suite::shipped()),
    }
}

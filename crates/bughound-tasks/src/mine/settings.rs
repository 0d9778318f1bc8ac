//! Which commits make tasks.

use serde::{Deserialize, Serialize};

use super::LeakPolicy;

/// Which commits make tasks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MineSettings {
    /// Only commits whose message speaks of a fix.
    pub fixes_only: bool,
    /// Only commits that change a test, too.
    pub with_tests_only: bool,
    /// The most source files (tests not counted) that a commit may change.
    pub max_files: usize,
    /// The most lines of source files, added and removed, that it may change.
    pub max_lines: usize,
    /// The most functions and classes that it may change.
    pub max_locations: usize,
    /// The fewest characters of a statement, space not counted.
    pub min_statement_chars: usize,
    /// What becomes of statements that give the answer away.
    pub leaks: LeakPolicy,
    /// The most tasks of one repository, newest first.
    pub max_tasks: Option<usize>,
}

impl Default for MineSettings {
    /// Fixes, with or without tests, of at most 5 files, 150 lines and 10 functions, with 60 characters to read that
    /// do not name the path that changes.
    fn default() -> Self {
        Self {
            fixes_only: true,
            with_tests_only: false,
            max_files: 5,
            max_lines: 150,
            max_locations: 10,
            min_statement_chars: 60,
            leaks: LeakPolicy::Paths,
            max_tasks: None,
        }
    }
}

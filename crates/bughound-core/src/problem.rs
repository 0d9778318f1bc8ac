//! Findings about an input: data, not errors.

use serde::{Deserialize, Serialize};

use crate::RepoPath;

/// How much a [`Problem`] takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing was lost.
    Note,
    /// Part of the input could not be understood and was left out.
    Warning,
}

/// Something odd about the input that did not stop the work: a file that does not parse, a blob that is
/// missing, a name that is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How much was lost.
    pub severity: Severity,
    /// The file, where there is one.
    pub path: Option<RepoPath>,
    /// The line in that file, from 1, where it is known.
    pub line: Option<u32>,
    /// What was found and what was done about it.
    pub message: String,
}

impl Problem {
    /// A warning about one file.
    pub fn in_file(path: RepoPath, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            path: Some(path),
            line: None,
            message: message.into(),
        }
    }

    /// A note about one file.
    pub fn note(path: RepoPath, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            path: Some(path),
            line: None,
            message: message.into(),
        }
    }

    /// A warning about the input as a whole.
    pub fn general(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            path: None,
            line: None,
            message: message.into(),
        }
    }
}

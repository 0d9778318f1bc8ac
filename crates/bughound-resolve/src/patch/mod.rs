//! Changes as models and people write them: read leniently, applied strictly.

mod apply;
mod diff;
mod hunks;
mod nearest;
mod normal;
mod read;

pub use apply::{Patched, apply};
pub use diff::diff_of;
pub use nearest::Nearest;
pub use normal::normal_form;
pub use read::{Block, Edit, NotUnderstood, Proposal, read};

use serde::{Deserialize, Serialize};

/// Why a part of a patch was not applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The file that it names.
    pub path: String,
    /// Which hunk of that file, or which block of the answer, from 1; absent where the file itself is the matter.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hunk: Option<usize>,
    /// The line of the patch where it begins, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
    /// Why.
    pub why: String,
    /// What the file has that is most like it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nearest: Option<Box<Nearest>>,
}

impl Refusal {
    /// A refusal of what a patch does to a whole file.
    pub(crate) fn of_file(path: &str, why: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            hunk: None,
            line: None,
            why: why.into(),
            nearest: None,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(hunk) = self.hunk {
            write!(f, ", hunk {hunk}")?;
        }
        if let Some(line) = self.line {
            write!(f, " (line {line} of the patch)")?;
        }
        write!(f, ": {}", self.why)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; nearest: {nearest}")?;
        }
        Ok(())
    }
}

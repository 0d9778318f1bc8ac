//! One place in a ranked answer.

use serde::{Deserialize, Serialize};

use crate::{LineSpan, RepoPath, SymbolKind};

/// How finely an answer is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Whole files.
    File,
    /// Classes and other types.
    Class,
    /// Functions, methods and types together, as the benchmarks count them.
    Function,
}

/// Why a location is in the answer: one line for a person, with the share of the score that it brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The feature that brought it (its documented name).
    pub feature: String,
    /// What was seen, for a person: `traceback frame at line 311`.
    pub text: String,
    /// How much of the score it brought, in the score's own unit.
    pub contribution: f32,
}

/// A place that must probably change, as `bughound locate --format json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub path: RepoPath,
    /// The dotted name inside the file; absent for a whole file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub qualified_name: Option<String>,
    /// What it is; absent for a whole file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<SymbolKind>,
    /// The lines it spans, decorators included; absent for a whole file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lines: Option<LineSpan>,
    /// Higher is better; comparable within one answer only.
    pub score: f32,
    /// How likely the fix changes it, in 0..=1; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub probability: Option<f32>,
    /// Why it is here, strongest first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

//! What is wrong with tasks, predictions and patches: data, not errors.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A line, row or entry that could not be read.
    Malformed,
    /// An `instance_id` that was there before; the first one counts.
    DuplicateId,
    /// An issue without text.
    EmptyIssue,
    /// No local repository for the task's project.
    RepositoryMissing,
    /// The repository does not hold the base commit.
    CommitMissing,
    /// A patch that is no unified diff, or whose hunks contradict their headers.
    PatchMalformed,
    /// A patch whose context is not in the pre-image.
    PatchDoesNotApply,
    /// A file that the patch edits cannot be read, or is not there.
    FileUnreadable,
    /// A file that the patch edits does not parse; what could be understood was used.
    SyntaxProblem,
    /// The patch edits no existing file.
    NoGroundTruth,
}

impl FindingKind {
    /// The word for it in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::DuplicateId => "duplicate-id",
            Self::EmptyIssue => "empty-issue",
            Self::RepositoryMissing => "repository-missing",
            Self::CommitMissing => "commit-missing",
            Self::PatchMalformed => "patch-malformed",
            Self::PatchDoesNotApply => "patch-does-not-apply",
            Self::FileUnreadable => "file-unreadable",
            Self::SyntaxProblem => "syntax-problem",
            Self::NoGroundTruth => "no-ground-truth",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something wrong with one entry of an input. What was done about it is in the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// The task, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_id: Option<String>,
    /// Where: a line (or row) of the file that was read, or of the patch; from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
    /// What was found.
    pub message: String,
}

impl Finding {
    /// A finding that knows neither task nor line.
    pub fn new(kind: FindingKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            instance_id: None,
            line: None,
            message: message.into(),
        }
    }

    /// The same, for a task.
    #[must_use]
    pub fn of_task(mut self, instance_id: &str) -> Self {
        self.instance_id = Some(instance_id.to_owned());
        self
    }

    /// The same, at a line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = &self.instance_id {
            write!(f, "{id}: ")?;
        }
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{} ({})", self.message, self.kind)
    }
}

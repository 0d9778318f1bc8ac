//! One line of `predictions.jsonl`.

use std::collections::BTreeSet;

use bughound_core::{Location, SymbolId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::policy::Ranking;

/// The answer to one task, or why there is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PredictionLine {
    /// The task.
    pub instance_id: String,
    /// Files, best first.
    pub files: Vec<String>,
    /// Functions, methods and types as `path::Qualified.name`, best first, each id once.
    pub functions: Vec<String>,
    /// Classes and other types as `path::Qualified.name`, best first, each id once; every type in
    /// `functions` is here too.
    pub classes: Vec<String>,
    /// One score for each item above; comparable within one list.
    pub scores: RankedScores,
    /// How long the task took, from opening its repository at the base commit to the answer.
    pub milliseconds: f64,
    /// The same, stage by stage, in the order in which the stages began.
    pub milliseconds_by_stage: Map<String, Value>,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TaskError>,
}

/// Scores of the ranked items of a [`PredictionLine`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RankedScores {
    /// Of [`PredictionLine::files`].
    pub files: Vec<f32>,
    /// Of [`PredictionLine::functions`].
    pub functions: Vec<f32>,
    /// Of [`PredictionLine::classes`].
    pub classes: Vec<f32>,
}

/// Why a task has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskError {
    /// What kind of reason.
    pub kind: ErrorKind,
    /// What was wrong and what to do about it.
    pub message: String,
}

/// What kind of reason keeps a task from being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// There is no local repository for the task's project. The task counts 0.
    RepositoryMissing,
    /// The repository does not hold the base commit. The task counts 0.
    CommitMissing,
    /// The issue has no text. The task counts 0.
    EmptyIssue,
    /// Something broke that says nothing about the task: a repository that cannot be read, a crash. The
    /// task is left out of all sums, and is tried again when the run is continued.
    Fault,
}

impl ErrorKind {
    /// The word for it in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::RepositoryMissing => "repository-missing",
            Self::CommitMissing => "commit-missing",
            Self::EmptyIssue => "empty-issue",
            Self::Fault => "fault",
        }
    }
}

impl PredictionLine {
    /// A line with an answer; times are added by whoever measures.
    pub(crate) fn answered(instance_id: &str, ranking: &Ranking) -> Self {
        let (files, file_scores) = ranked(&ranking.files);
        let (functions, function_scores) = ranked(&ranking.functions);
        // A type among the functions must be known as one to those who take the two apart.
        let types = ranking.functions.iter().filter(|location| {
            location
                .kind
                .is_some_and(bughound_core::SymbolKind::is_type)
        });
        let (classes, class_scores) = ranked(ranking.classes.iter().chain(types));
        Self {
            instance_id: instance_id.to_owned(),
            files,
            functions,
            classes,
            scores: RankedScores {
                files: file_scores,
                functions: function_scores,
                classes: class_scores,
            },
            ..Self::default()
        }
    }

    /// A line without an answer.
    pub(crate) fn failed(instance_id: &str, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            instance_id: instance_id.to_owned(),
            error: Some(TaskError {
                kind,
                message: message.into(),
            }),
            ..Self::default()
        }
    }
}

/// Ids and scores, each id at its first place.
fn ranked<'a>(locations: impl IntoIterator<Item = &'a Location>) -> (Vec<String>, Vec<f32>) {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    let mut scores = Vec::new();
    for location in locations {
        let id = match &location.qualified_name {
            Some(name) => SymbolId::symbol(location.path.clone(), name).to_string(),
            None => location.path.to_string(),
        };
        if seen.insert(id.clone()) {
            ids.push(id);
            scores.push(location.score);
        }
    }
    (ids, scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bughound_core::SymbolKind;

    fn location(path: &str, name: Option<&str>, kind: Option<SymbolKind>, score: f32) -> Location {
        Location {
            path: path.into(),
            qualified_name: name.map(str::to_owned),
            kind,
            lines: None,
            score,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn ids_stand_once_and_types_are_classes() {
        let method = |score| location("a.py", Some("C.m"), Some(SymbolKind::Method), score);
        let class = |name, score| location("a.py", Some(name), Some(SymbolKind::Class), score);
        let line = PredictionLine::answered(
            "t",
            &Ranking {
                files: vec![
                    location("a.py", None, None, 2.0),
                    location("b.py", None, None, 1.0),
                ],
                functions: vec![method(3.0), class("C", 2.0), method(1.5), class("D", 1.0)],
                classes: vec![class("C", 5.0)],
            },
        );
        assert_eq!(line.files, ["a.py", "b.py"]);
        assert_eq!(line.functions, ["a.py::C.m", "a.py::C", "a.py::D"]);
        assert_eq!(line.classes, ["a.py::C", "a.py::D"]);
        assert_eq!(line.scores.functions, [3.0, 2.0, 1.0]);
        assert_eq!(line.scores.classes, [5.0, 1.0]);
    }

    #[test]
    fn lines_round_trip() {
        let mut line = PredictionLine::failed("t", ErrorKind::CommitMissing, "fetch it");
        line.milliseconds_by_stage
            .insert("snapshot".into(), 1.25.into());
        let text = serde_json::to_string(&line).unwrap();
        assert!(
            text.contains(r#""error":{"kind":"commit-missing","message":"fetch it"}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<PredictionLine>(&text).unwrap(), line);
    }
}

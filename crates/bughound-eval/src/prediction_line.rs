//! One line of `predictions.jsonl`.

use std::collections::BTreeSet;

use bughound_core::{Location, SymbolId, Usage};
use bughound_rollout::ErrorKind;
use bughound_trace::{EndReason, Trace};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use bughound_agent::Ranking;

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
    /// What the search took, of policies that search step by step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<EpisodeSummary>,
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

/// What an episode took, of policies that search step by step. The episode itself is in `traces.jsonl.zst`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpisodeSummary {
    /// Why it ended.
    pub end: EndReason,
    /// How often the policy was asked.
    pub turns: u32,
    /// Calls that it made.
    pub calls: u32,
    /// Of these, calls of a known tool, with readable arguments, that found what they named.
    pub calls_ok: u32,
    /// Replies that were malformed.
    pub malformed: u32,
    /// Tokens of all requests.
    pub usage: Usage,
    /// What it cost in US dollars, where prices are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// How long it took, index and history not counted.
    pub milliseconds: u64,
}

impl EpisodeSummary {
    pub(crate) fn of(trace: &Trace) -> Self {
        let spent = &trace.spent;
        Self {
            end: trace.end,
            turns: spent.turns,
            calls: spent.calls,
            calls_ok: spent.calls_ok,
            malformed: spent.malformed,
            usage: spent.usage,
            cost_usd: trace.cost_usd,
            milliseconds: spent.milliseconds,
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
            probability: None,
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

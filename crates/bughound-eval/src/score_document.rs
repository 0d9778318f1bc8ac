//! The result of scoring, as `metrics.json` and `bughound score --format json` have it.

use std::collections::BTreeMap;

use bughound_metrics::{LevelScores, Metric, RunScores};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Sha256, TaskError, TruthSource, definition};

/// Scores with everything that one must know to believe them. [`ScoreDocument::to_json`] is its shape on
/// disk, described in `docs/evaluation.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDocument {
    /// Which tasks.
    pub tasks: ScoredTasks,
    /// Where ground truth came from.
    pub ground_truth: TruthSource,
    /// Whose definitions.
    pub scorer: UsedScorer,
    /// Which tasks were answered.
    pub answers: Answers,
    /// Which tasks are in no sum.
    pub not_scored: NotScored,
    /// The numbers.
    pub scores: RunScores,
}

/// The tasks of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScoredTasks {
    /// Name of their file, without folders.
    pub file: String,
    /// SHA-256 of the file; none where the tasks were read off the ground truth.
    pub sha256: Option<Sha256>,
    /// How many.
    pub count: usize,
}

/// Whose definitions were used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsedScorer {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub about: String,
}

/// Which tasks were answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// How many tasks have an answer.
    pub answered: usize,
    /// Tasks without an answer; they count 0.
    pub unanswered: Vec<String>,
    /// Of these, the ones that say why.
    pub errors: BTreeMap<String, TaskError>,
    /// Predictions for tasks that are not in the list; they are left out.
    pub unknown: Vec<String>,
    /// Malformed or repeated predictions that were left out.
    pub skipped: usize,
}

/// Which tasks are in no sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NotScored {
    /// Tasks on which the run had a fault, with what went wrong.
    pub faults: BTreeMap<String, String>,
    /// Tasks whose ground truth is not known.
    pub without_ground_truth: Vec<String>,
}

impl ScoreDocument {
    /// The name and version of the shape of [`ScoreDocument::to_json`].
    pub const FORMAT: &str = "bughound-score/1";

    /// The document as JSON.
    pub fn to_json(&self) -> Value {
        let mut levels = Map::new();
        let mut definitions = Map::new();
        let mut per_task: Map<String, Value> = Map::new();
        for level in &self.scores.levels {
            let name = level.level.name();
            levels.insert(name.to_owned(), level_json(level));
            for metric in &level.metrics {
                definitions
                    .entry(metric.to_string())
                    .or_insert_with(|| definition(*metric).into());
            }
            for task in &level.tasks {
                let entry = per_task
                    .entry(task.id.as_str())
                    .or_insert_with(|| Value::Object(Map::new()));
                entry[name] = json!({
                    "n_truth": task.n_truth,
                    "n_ranked": task.n_ranked,
                    "ranks": task.ranks,
                });
            }
        }
        json!({
            "format": Self::FORMAT,
            "tasks": self.tasks,
            "ground_truth": self.ground_truth,
            "scorer": self.scorer,
            "bootstrap": self.scores.bootstrap,
            "answers": self.answers,
            "not_scored": self.not_scored,
            "levels": levels,
            "definitions": definitions,
            "per_task": per_task,
        })
    }

    /// [`ScoreDocument::to_json`], written out.
    pub fn to_json_text(&self) -> String {
        format!("{:#}\n", self.to_json())
    }

    /// The document for people.
    pub fn to_text(&self) -> String {
        crate::score_text::render(self)
    }
}

fn level_json(level: &LevelScores) -> Value {
    let mut metrics = Map::new();
    for aggregate in &level.aggregates {
        metrics.insert(
            aggregate.metric.to_string(),
            json!({
                "mean": aggregate.mean,
                "low": aggregate.interval.map(|interval| interval.low),
                "high": aggregate.interval.map(|interval| interval.high),
                "ceiling": aggregate.ceiling,
                "mean_with_truth": aggregate.mean_with_truth,
            }),
        );
    }
    json!({
        "denominators": level.denominators,
        "left_out": level.left_out,
        "metrics": metrics,
    })
}

/// The metrics of several levels, each once, in the order in which they first stand.
pub(crate) fn metrics_of(scores: &RunScores) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for metric in scores.levels.iter().flat_map(|level| &level.metrics) {
        if !metrics.contains(metric) {
            metrics.push(*metric);
        }
    }
    metrics
}

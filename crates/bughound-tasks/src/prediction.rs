//! Answers to tasks: our own run files and those of others.

use std::path::Path;

use bughound_metrics::Answer;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{location_id, path_of};
use crate::loc_outputs::loc_output;
use crate::read::json_entries;
use crate::{Finding, FindingKind, OnMalformed, TasksError};

/// The answer to one task: a line of `predictions.jsonl`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The task.
    pub instance_id: String,
    /// Files, best first.
    #[serde(default)]
    pub files: Vec<String>,
    /// Functions, methods and classes as `path::Qualified.name`, best first.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Classes, best first, where they were ranked on their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// How long the answer took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<f64>,
    /// Everything else, scores for instance.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Prediction {
    /// The same as the scorers want it.
    pub fn answer(&self) -> Answer {
        Answer {
            files: self.files.clone(),
            functions: self.functions.clone(),
            classes: self.classes.clone(),
        }
    }
}

/// The predictions of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PredictionSet {
    /// In the order of the file, every `instance_id` once.
    pub predictions: Vec<Prediction>,
    /// What was wrong.
    pub findings: Vec<Finding>,
    /// How many entries were left out: malformed ones and repeated ids.
    pub skipped: usize,
}

/// Reads predictions: JSON Lines or a JSON array of objects with an `instance_id` and one of these shapes,
/// told apart line by line.
///
/// | fields | from |
/// |---|---|
/// | `files`, `functions` (one may be missing), `classes` | our own runs |
/// | `locations`: ranked ids, or objects with `path` and `qualified_name` | `bughound locate` and others |
/// | `found_files`, `found_related_locs` | `loc_outputs.jsonl` of Agentless, CoSIL, RepoSearcher |
/// | `found_files`, `found_entities` | `loc_outputs.jsonl` of LocAgent |
///
/// Where only functions are ranked, files follow in the order of their first function. A repeated
/// `instance_id` is a finding; the first one counts.
///
/// # Errors
/// [`TasksError::Read`]; [`TasksError::Malformed`] for the first malformed entry, with
/// [`OnMalformed::Stop`]; [`TasksError::Format`] for a broken JSON array.
pub fn read_predictions(
    path: &Path,
    on_malformed: OnMalformed,
) -> Result<PredictionSet, TasksError> {
    let bytes = std::fs::read(path).map_err(|error| TasksError::read(path, error))?;
    let mut set = PredictionSet::default();
    let mut seen = FxHashMap::default();
    for (line, entry) in json_entries(path, bytes)? {
        let prediction = match entry.and_then(prediction) {
            Ok(prediction) => prediction,
            Err(finding) => {
                let finding = finding.at_line(line);
                if on_malformed == OnMalformed::Stop {
                    return Err(TasksError::Malformed {
                        path: path.to_owned(),
                        finding,
                    });
                }
                set.findings.push(finding);
                set.skipped += 1;
                continue;
            }
        };
        if let Some(first) = seen.get(&prediction.instance_id) {
            let message = format!("the same id as in line {first}, which counts");
            let finding = Finding::new(FindingKind::DuplicateId, message);
            set.findings
                .push(finding.of_task(&prediction.instance_id).at_line(line));
            set.skipped += 1;
            continue;
        }
        seen.insert(prediction.instance_id.clone(), line);
        set.predictions.push(prediction);
    }
    Ok(set)
}

/// One prediction, whatever its shape.
fn prediction(value: Value) -> Result<Prediction, Finding> {
    let malformed = |message: String| Finding::new(FindingKind::Malformed, message);
    let Value::Object(mut object) = value else {
        return Err(malformed("not a prediction: expected an object".to_owned()));
    };
    let id = match object.get("instance_id") {
        Some(Value::String(id)) if !id.trim().is_empty() => id.clone(),
        _ => {
            return Err(malformed(
                "not a prediction: no text under `instance_id`".to_owned(),
            ));
        }
    };
    let not = |what: String| malformed(format!("not a prediction: {what}")).of_task(&id);
    if let Some(answer) = loc_output(&object).map_err(not)? {
        return Ok(Prediction {
            instance_id: id,
            files: answer.files,
            functions: answer.functions,
            ..Prediction::default()
        });
    }
    if let Some(locations) = object.get("locations") {
        let ids = location_list(locations).map_err(not)?;
        object.remove("locations");
        if !object.contains_key("files") {
            object.insert("files".to_owned(), first_paths(&ids).into());
        }
        if !object.contains_key("functions") {
            let named: Vec<String> = ids.into_iter().filter(|id| id.contains("::")).collect();
            object.insert("functions".to_owned(), named.into());
        }
    }
    if !object.contains_key("files") && !object.contains_key("functions") {
        return Err(not(
            "none of `files`, `functions`, `locations` and `found_files` is there".to_owned(),
        ));
    }
    let without_files = !object.contains_key("files");
    let mut prediction: Prediction =
        serde_json::from_value(Value::Object(object)).map_err(|error| not(error.to_string()))?;
    if without_files {
        prediction.files = first_paths(&prediction.functions);
    }
    Ok(prediction)
}

/// The paths of locations, each at its first place.
fn first_paths(ids: &[String]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for id in ids {
        let path = path_of(id);
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

fn location_list(value: &Value) -> Result<Vec<String>, String> {
    let expected = "`locations` must list ids, or objects with `path` and `qualified_name`";
    let Value::Array(items) = value else {
        return Err(expected.to_owned());
    };
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let id = match item {
            Value::String(text) => location_id(text),
            Value::Object(object) => {
                let path = object.get("path").and_then(Value::as_str).ok_or(expected)?;
                match object.get("qualified_name").and_then(Value::as_str) {
                    Some(name) => location_id(&format!("{path}::{name}")),
                    None => location_id(path),
                }
            }
            _ => return Err(expected.to_owned()),
        };
        ids.extend(id);
    }
    Ok(ids)
}

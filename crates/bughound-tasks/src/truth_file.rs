//! Ground truth that others have written down.

use std::path::Path;

use bughound_metrics::Truth;
use serde_json::Value;

use crate::ids::location_id;
use crate::{GroundTruth, TasksError};

/// Reads a ground-truth file: one JSON object from `instance_id` to what is right, in the order of the
/// file.
///
/// What is right is a list of `path::Qualified.name` and bare `path` entries (also `path:Qualified.name`),
/// which carry no kinds ([`Truth::from_ids`] says what that means); or an object with the fields of
/// [`GroundTruth`], as `bughound tasks check` writes it.
///
/// # Errors
/// [`TasksError::Read`]; [`TasksError::Format`], which names the entry, where it is nothing of the kind.
pub fn read_ground_truth(path: &Path) -> Result<Vec<(String, Truth)>, TasksError> {
    let bytes = std::fs::read(path).map_err(|error| TasksError::read(path, error))?;
    let expected = "expected {\"instance_id\": [\"path::Qualified.name\" or \"path\", …], …}";
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| TasksError::format(path, format!("not JSON: {error}; {expected}")))?;
    let Value::Object(entries) = value else {
        return Err(TasksError::format(path, expected));
    };
    let mut truths = Vec::with_capacity(entries.len());
    for (id, entry) in entries {
        let truth = truth(entry)
            .ok_or_else(|| TasksError::format(path, format!("the entry `{id}`: {expected}")))?;
        truths.push((id, truth));
    }
    Ok(truths)
}

fn truth(entry: Value) -> Option<Truth> {
    match entry {
        Value::Array(items) => {
            let ids: Vec<Option<String>> = items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map(|text| location_id(text).unwrap_or_default())
                })
                .collect();
            let ids: Vec<String> = ids.into_iter().collect::<Option<_>>()?;
            Some(Truth::from_ids(
                ids.iter().map(String::as_str).filter(|id| !id.is_empty()),
            ))
        }
        Value::Object(_) => {
            let mut truth: GroundTruth = serde_json::from_value(entry).ok()?;
            if truth.enclosing_classes.is_empty() {
                let named = Truth::from_ids(truth.functions.iter().map(String::as_str));
                truth.enclosing_classes = named.enclosing_classes;
            }
            Some(truth.truth())
        }
        _ => None,
    }
}

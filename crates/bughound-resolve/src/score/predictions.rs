//! Predictions in the official format of SWE-bench: `instance_id`, `model_name_or_path`, `model_patch`.

use bughound_trace::Trace;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One prediction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// The task.
    pub instance_id: String,
    /// Who predicts.
    #[serde(default)]
    pub model_name_or_path: String,
    /// A unified diff; empty where there is none.
    #[serde(default, deserialize_with = "patch")]
    pub model_patch: String,
}

fn patch<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

/// A file holds no predictions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotPredictions(pub String);

/// Reads JSON Lines, a JSON list, or a JSON object by `instance_id`.
///
/// # Errors
/// Which entry is wrong, and two entries for one task.
pub fn read_predictions(text: &str) -> Result<Vec<Prediction>, NotPredictions> {
    let wrong = |what: String| NotPredictions(what);
    let entries: Vec<(String, Value)> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => (1..)
            .zip(list)
            .map(|(n, entry)| (format!("entry {n}"), entry))
            .collect(),
        Ok(Value::Object(object)) if !object.contains_key("instance_id") => object
            .into_iter()
            .map(|(id, mut entry)| {
                if let Value::String(patch) = &entry {
                    entry = serde_json::json!({ "model_patch": patch });
                }
                if let Some(entry) = entry.as_object_mut() {
                    entry
                        .entry("instance_id")
                        .or_insert_with(|| id.clone().into());
                }
                (format!("entry {id:?}"), entry)
            })
            .collect(),
        Ok(entry) => vec![("line 1".to_owned(), entry)],
        Err(_) => (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(n, line)| {
                let entry = serde_json::from_str(line)
                    .map_err(|error| wrong(format!("line {n} is no JSON: {error}")))?;
                Ok((format!("line {n}"), entry))
            })
            .collect::<Result<_, _>>()?,
    };
    let mut predictions: Vec<Prediction> = Vec::new();
    for (place, entry) in entries {
        let prediction: Prediction = serde_json::from_value(entry)
            .map_err(|error| wrong(format!("{place} is no prediction: {error}")))?;
        let id = &prediction.instance_id;
        if predictions.iter().any(|other| other.instance_id == *id) {
            return Err(wrong(format!("{place}: {id} has a prediction already")));
        }
        predictions.push(prediction);
    }
    Ok(predictions)
}

/// One object a line.
pub fn to_json_lines(predictions: &[Prediction]) -> String {
    predictions
        .iter()
        .map(|prediction| serde_json::to_string(prediction).unwrap_or_default() + "\n")
        .collect()
}

/// What repair episodes left as predictions: the first attempt at each task. The diff is the one that the trace holds; a trace
/// without one is an empty prediction.
pub fn of_traces<'t>(traces: impl IntoIterator<Item = &'t Trace>) -> Vec<Prediction> {
    let mut first: std::collections::BTreeMap<&str, &Trace> = std::collections::BTreeMap::new();
    for trace in traces {
        let kept = first.entry(&trace.task.instance_id).or_insert(trace);
        if trace.attempt < kept.attempt {
            *kept = trace;
        }
    }
    first
        .into_iter()
        .map(|(id, trace)| Prediction {
            instance_id: id.to_owned(),
            model_name_or_path: trace
                .policy
                .model
                .clone()
                .unwrap_or_else(|| trace.policy.name.clone()),
            model_patch: trace
                .extra
                .get("diff")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_official_shapes_are_read() {
        let check = |text: &str, expected: Result<&[(&str, &str, &str)], &str>| {
            let read = read_predictions(text);
            let said = read.as_ref().map(|predictions| {
                let rows = predictions.iter().map(|it| {
                    (
                        it.instance_id.as_str(),
                        it.model_name_or_path.as_str(),
                        it.model_patch.as_str(),
                    )
                });
                rows.collect::<Vec<_>>()
            });
            match (said, expected) {
                (Ok(said), Ok(expected)) => assert_eq!(said, expected, "{text}"),
                (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected, "{text}"),
                (said, _) => panic!("{text}: {said:?}"),
            }
        };
        let one = r#"{"instance_id": "a", "model_name_or_path": "m", "model_patch": "p"}"#;
        check(one, Ok(&[("a", "m", "p")]));
        check(&format!("[{one}]"), Ok(&[("a", "m", "p")]));
        check(
            &format!(
                "{one}\n\n{}\n",
                one.replace("\"a\"", "\"b\"").replace("\"p\"", "null")
            ),
            Ok(&[("a", "m", "p"), ("b", "m", "")]),
        );
        check(
            r#"{"a": {"model_patch": "p", "model_name_or_path": "m"}, "b": "q"}"#,
            Ok(&[("a", "m", "p"), ("b", "", "q")]),
        );
        check("[]", Ok(&[]));
        check(
            &format!("{one}\n{one}"),
            Err("line 2: a has a prediction already"),
        );
        check(
            "[{\"x\": 1}]",
            Err("entry 1 is no prediction: missing field `instance_id`"),
        );
        let predictions = read_predictions(one).unwrap();
        assert_eq!(
            read_predictions(&to_json_lines(&predictions)),
            Ok(predictions)
        );
    }
}

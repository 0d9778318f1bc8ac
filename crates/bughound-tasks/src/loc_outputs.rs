//! `loc_outputs.jsonl`: the answers of Agentless, its descendants CoSIL and RepoSearcher, and LocAgent.

use bughound_metrics::Answer;
use serde_json::{Map, Value};

use crate::ids::location_id;

/// The answer of one line; `None` where the line has neither `found_files` nor anything like it.
///
/// `found_related_locs` holds text per file, lines like `class: A`, `function: A.b` or `function: f`, as
/// an object from path to texts (CoSIL, RepoSearcher, later Agentless) or as a list parallel to
/// `found_files` (earlier Agentless); texts may be nested in lists. Functions come out in the order of the
/// files there and of the lines in them, which is the order in which the published scripts read them.
/// Other lines (`variable:`, `line:`) name no function and are passed over.
pub(crate) fn loc_output(object: &Map<String, Value>) -> Result<Option<Answer>, String> {
    let names = [
        "found_files",
        "found_related_locs",
        "found_entities",
        "found_edit_locs",
    ];
    if !names.iter().any(|name| object.contains_key(*name)) {
        return Ok(None);
    }
    let mut answer = Answer::default();
    match object.get("found_files") {
        None | Some(Value::Null) => {}
        Some(Value::Array(files)) => {
            for file in files {
                let file = file.as_str().ok_or("`found_files` must list paths")?;
                answer.files.push(file.trim().to_owned());
            }
        }
        Some(_) => return Err("`found_files` must list paths".to_owned()),
    }
    if let Some(Value::Array(entities)) = object.get("found_entities") {
        for entity in entities {
            let text = entity.as_str().ok_or("`found_entities` must list names")?;
            answer
                .functions
                .extend(location_id(text).filter(|id| id.contains("::")));
        }
        return Ok(Some(answer));
    }
    let is_there = |name: &&str| object.get(*name).is_some_and(|value| !value.is_null());
    let Some(field) = ["found_related_locs", "found_edit_locs"]
        .into_iter()
        .find(is_there)
    else {
        return Ok(Some(answer));
    };
    let files = answer.files.clone();
    collect(field, &object[field], &files, &mut answer.functions)?;
    Ok(Some(answer))
}

/// Adds the functions of an object from path to texts, or of a list parallel to `files`.
fn collect(
    field: &str,
    value: &Value,
    files: &[String],
    into: &mut Vec<String>,
) -> Result<(), String> {
    match value {
        Value::Object(by_path) => {
            for (path, texts) in by_path {
                add_texts(field, path.trim(), texts, into)?;
            }
        }
        // A list of objects: one per sample.
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for item in items {
                collect(field, item, files, into)?;
            }
        }
        Value::Array(items) => {
            for (at, texts) in items.iter().enumerate() {
                let Some(path) = files.get(at) else {
                    let (n, n_files) = (items.len(), files.len());
                    return Err(format!(
                        "`{field}` has {n} entries for the {n_files} of `found_files`"
                    ));
                };
                add_texts(field, path, texts, into)?;
            }
        }
        Value::Null => {}
        _ => {
            return Err(format!(
                "`{field}` must be an object from path to texts, or a list"
            ));
        }
    }
    Ok(())
}

fn add_texts(field: &str, path: &str, texts: &Value, into: &mut Vec<String>) -> Result<(), String> {
    match texts {
        Value::String(text) => {
            let names = text.lines().filter_map(name_in_line);
            into.extend(names.map(|name| format!("{path}::{name}")));
        }
        Value::Array(items) => {
            for item in items {
                add_texts(field, path, item, into)?;
            }
        }
        Value::Null => {}
        _ => {
            return Err(format!(
                "`{field}` must hold texts, found {texts} for {path}"
            ));
        }
    }
    Ok(())
}

/// `A.b` of `function: A.b`, also after a bullet and before an explanation (`function: A.b: why`).
fn name_in_line(line: &str) -> Option<&str> {
    let rest = ["function:", "class:", "method:"]
        .iter()
        .find_map(|mark| line.find(mark).map(|at| &line[at + mark.len()..]))?;
    let name = rest
        .split(": ")
        .next()
        .unwrap_or(rest)
        .trim()
        .trim_matches('`');
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, files: &[&str], functions: &[&str]) {
        let value: Value = serde_json::from_str(json).unwrap();
        let answer = loc_output(value.as_object().unwrap()).unwrap().unwrap();
        assert_eq!(answer.files, files, "{json}");
        assert_eq!(answer.functions, functions, "{json}");
    }

    fn check_error(json: &str, part: &str) {
        let value: Value = serde_json::from_str(json).unwrap();
        let error = loc_output(value.as_object().unwrap()).unwrap_err();
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn by_path() {
        check(
            r#"{"found_files": ["a.py", "b.py"], "found_related_locs":
                {"b.py": ["function: g\nvariable: x\nline: 10"], "a.py": ["class: C\nfunction: C.m", ""]}}"#,
            &["a.py", "b.py"],
            &["b.py::g", "a.py::C", "a.py::C.m"],
        );
        check(
            r#"{"found_files": ["a.py"], "found_related_locs": {"a.py": "- function: f\n* method: `C.m` "}}"#,
            &["a.py"],
            &["a.py::f", "a.py::C.m"],
        );
        check(r#"{"found_files": [], "found_related_locs": {}}"#, &[], &[]);
        check(r#"{"found_files": ["a.py"]}"#, &["a.py"], &[]);
    }

    #[test]
    fn parallel_lists() {
        check(
            r#"{"found_files": ["a.py", "b.py"], "found_related_locs": [["function: f"], [["class: D"], [""]]]}"#,
            &["a.py", "b.py"],
            &["a.py::f", "b.py::D"],
        );
        check(
            r#"{"found_files": ["a.py"], "found_related_locs": [{"a.py": ["function: f"]}, {"a.py": ["function: g: because"]}]}"#,
            &["a.py"],
            &["a.py::f", "a.py::g"],
        );
        check(
            r#"{"found_files": ["a.py"], "found_related_locs": null, "found_edit_locs": {"a.py": ["function: f\nline: 3"]}}"#,
            &["a.py"],
            &["a.py::f"],
        );
    }

    #[test]
    fn locagent() {
        check(
            r#"{"found_files": ["a.py"], "found_modules": ["a.py:C"], "found_entities": ["a.py:C.m", "a.py:f"]}"#,
            &["a.py"],
            &["a.py::C.m", "a.py::f"],
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        check_error(r#"{"found_files": "a.py"}"#, "must list paths");
        check_error(r#"{"found_files": [1]}"#, "must list paths");
        check_error(
            r#"{"found_files": [], "found_related_locs": [["function: f"]]}"#,
            "1 entries for the 0",
        );
        check_error(
            r#"{"found_files": ["a"], "found_related_locs": 3}"#,
            "object from path",
        );
        check_error(
            r#"{"found_files": ["a"], "found_related_locs": {"a": 3}}"#,
            "must hold texts",
        );
    }
}

//! One task of a benchmark.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// An issue with its fix, in the fields of SWE-bench.
///
/// Only the first five fields must be there. Fields that are not listed are kept in [`Task::extra`] and
/// written back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Unique name: `astropy__astropy-6938`.
    pub instance_id: String,
    /// The project: `owner/name`.
    pub repo: String,
    /// The commit on which the issue was reported and to which the patch applies.
    pub base_commit: String,
    /// The text of the issue.
    pub problem_statement: String,
    /// The fix, tests left out: a unified diff.
    pub patch: String,
    /// The tests that came with the fix: a unified diff.
    #[serde(default, deserialize_with = "text")]
    pub test_patch: String,
    /// Tests that fail before the fix and pass after it. Read from a list, or from a list written as JSON
    /// inside a string, as both are published.
    #[serde(rename = "FAIL_TO_PASS", default, deserialize_with = "test_names")]
    pub fail_to_pass: Vec<String>,
    /// Tests that pass before and after; read in the same two ways.
    #[serde(rename = "PASS_TO_PASS", default, deserialize_with = "test_names")]
    pub pass_to_pass: Vec<String>,
    /// When the fix was made, as written in the source.
    #[serde(default, deserialize_with = "text")]
    pub created_at: String,
    /// The project's version.
    #[serde(default, deserialize_with = "text")]
    pub version: String,
    /// The commit whose instructions set up the environment.
    #[serde(default, deserialize_with = "text")]
    pub environment_setup_commit: String,
    /// What was said after the issue was opened. It can hold the answer: never shown to a policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hints_text: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A text; `null` is empty, a number or a list is written as JSON.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    })
}

fn test_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    use serde::de::Error;
    let expected = "a list of test names, or such a list as JSON in a string";
    let list = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(Vec::new()),
        Value::String(text) if text.trim().is_empty() => return Ok(Vec::new()),
        Value::String(text) => serde_json::from_str(&text)
            .map_err(|error| D::Error::custom(format!("expected {expected}: {error}")))?,
        other => other,
    };
    let Value::Array(items) = list else {
        return Err(D::Error::custom(format!("expected {expected}")));
    };
    items
        .into_iter()
        .map(|item| match item {
            Value::String(name) => Ok(name),
            other => Err(D::Error::custom(format!(
                "expected {expected}, found the item {other}"
            ))),
        })
        .collect()
}

/// Which tasks to take. An empty list takes all.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Projects, as `owner/name`.
    pub repos: Vec<String>,
    /// Tasks, as `instance_id`.
    pub ids: Vec<String>,
}

impl TaskFilter {
    /// Whether the filter takes the task: its project *and* its id must be asked for, where any are.
    pub fn takes(&self, task: &Task) -> bool {
        (self.repos.is_empty() || self.repos.contains(&task.repo))
            && (self.ids.is_empty() || self.ids.contains(&task.instance_id))
    }

    /// The names asked for that no task has: spelling mistakes, most likely.
    pub fn unmatched<'a>(&'a self, tasks: &[Task]) -> Vec<&'a str> {
        let repos = self
            .repos
            .iter()
            .filter(|repo| !tasks.iter().any(|task| task.repo == **repo));
        let ids = self
            .ids
            .iter()
            .filter(|id| !tasks.iter().any(|task| task.instance_id == **id));
        repos.chain(ids).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tests: &str) -> Result<Task, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"instance_id": "a__b-1", "repo": "a/b", "base_commit": "c0ffee",
                "problem_statement": "It is broken.", "patch": "", "FAIL_TO_PASS": {tests}}}"#
        ))
    }

    #[test]
    fn test_names_come_in_two_shapes() {
        let check = |json: &str, expect: &[&str]| {
            assert_eq!(read(json).unwrap().fail_to_pass, expect, "{json}");
        };
        check(r#"["t1", "t2"]"#, &["t1", "t2"]);
        check(r#""[\"t1\", \"t[x]\"]""#, &["t1", "t[x]"]);
        check("null", &[]);
        check(r#""""#, &[]);
        for bad in [r#""t1, t2""#, "7", r#"[1]"#, r#""{}""#] {
            let error = read(bad).unwrap_err().to_string();
            assert!(
                error.contains("expected a list of test names"),
                "{bad}: {error}"
            );
        }
    }

    #[test]
    fn other_fields_survive() {
        let json = r#"{"instance_id":"i","repo":"a/b","base_commit":"c","problem_statement":"p","patch":"","version":3.1,"created_at":null,"difficulty":"15 min","n":[1,2]}"#;
        let task: Task = serde_json::from_str(json).unwrap();
        assert_eq!(
            (task.version.as_str(), task.created_at.as_str()),
            ("3.1", "")
        );
        assert_eq!(task.extra["difficulty"], "15 min");
        let again: Task = serde_json::from_str(&serde_json::to_string(&task).unwrap()).unwrap();
        assert_eq!(again, task);
    }

    #[test]
    fn filters() {
        let task = |id: &str, repo: &str| Task {
            instance_id: id.to_owned(),
            repo: repo.to_owned(),
            ..Task::default()
        };
        let tasks = [task("1", "a/b"), task("2", "a/b"), task("3", "c/d")];
        let check = |repos: &[&str], ids: &[&str], expect: &[&str], unmatched: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(|&s| s.to_owned()).collect();
            let filter = TaskFilter {
                repos: owned(repos),
                ids: owned(ids),
            };
            let taken: Vec<&str> = tasks
                .iter()
                .filter(|t| filter.takes(t))
                .map(|t| t.instance_id.as_str())
                .collect();
            assert_eq!(
                (taken.as_slice(), filter.unmatched(&tasks).as_slice()),
                (expect, unmatched)
            );
        };
        check(&[], &[], &["1", "2", "3"], &[]);
        check(&["a/b"], &[], &["1", "2"], &[]);
        check(&["a/b"], &["2", "3"], &["2"], &[]);
        check(&["x/y"], &["9"], &[], &["x/y", "9"]);
    }
}

//! Texts of issues, from JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::TasksError;

/// Texts of a project's issues, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueTexts(BTreeMap<u64, String>);

impl IssueTexts {
    /// Reads `{"12": "text"}`, `{"12": {"title": …, "body": …}}`, or a list of objects with `number`, `title` and
    /// `body`, as `gh issue list --json number,title,body` and GitHub's API give them.
    ///
    /// # Errors
    /// [`TasksError`] where the file cannot be read, or is none of these.
    pub fn read(path: &Path) -> Result<Self, TasksError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| TasksError::read(path, source))?;
        let wrong = |reason: String| TasksError::format(path, reason);
        let value: Value =
            serde_json::from_str(&text).map_err(|error| wrong(format!("no JSON: {error}")))?;
        let mut issues = Self::default();
        match value {
            Value::Object(object) => {
                for (number, value) in &object {
                    let number = number
                        .trim_start_matches('#')
                        .parse()
                        .map_err(|_| wrong(format!("`{number}` is no number of an issue")))?;
                    issues.add_value(number, value);
                }
            }
            Value::Array(items) => {
                for item in &items {
                    // GitHub lists pull requests among the issues; those are fixes, not reports.
                    if item.get("pull_request").is_some_and(|it| !it.is_null()) {
                        continue;
                    }
                    let number = item
                        .get("number")
                        .and_then(Value::as_u64)
                        .ok_or_else(|| wrong("an issue without `number`".to_owned()))?;
                    issues.add_value(number, item);
                }
            }
            _ => return Err(wrong("neither an object nor a list of issues".to_owned())),
        }
        Ok(issues)
    }

    /// Adds an issue.
    pub fn add(&mut self, number: u64, title: &str, body: &str) {
        self.0
            .insert(number, format!("{}\n\n{}", title.trim(), body.trim()));
    }

    fn add_value(&mut self, number: u64, value: &Value) {
        let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        match value {
            Value::String(text) => {
                self.0.insert(number, text.clone());
            }
            _ => self.add(number, field("title"), field("body")),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn text(&self, number: u64) -> Option<&str> {
        self.0.get(&number).map(String::as_str)
    }
}

//! From a text to the places that it lists.

use bughound_trace::{AnswerItem, Resolution};
use serde_json::Value;

use super::line::{Line, read};

/// The places that a text lists, in its order, each once; nobody has looked yet whether they exist.
///
/// Tolerant: fenced or not, `path`, `path::name`, a path with `function: name` lines below it, JSON lists, with
/// numbers, bullets, backticks and explanations. Only the last answer counts: what stands behind the last
/// `</think>` and `<answer>`, and of several fenced blocks with places the last. So nothing is gained by
/// answering twice.
pub fn parse_answer(text: &str) -> Vec<AnswerItem> {
    let text = text.rsplit("</think>").next().unwrap_or(text);
    let text = text.rsplit("<answer>").next().unwrap_or(text);
    let text = text.split("</answer>").next().unwrap_or(text);
    let blocks = fenced(text);
    for block in blocks.iter().rev() {
        let items = places(block);
        if !items.is_empty() {
            return items;
        }
    }
    places(text)
}

/// Whether a text sets something apart as its answer.
pub(crate) fn has_fence(text: &str) -> bool {
    text.contains("```") || text.contains("<answer>")
}

/// The contents of fenced blocks; one that is not closed ends with the text.
fn fenced(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            match open.take() {
                Some(block) => blocks.push(block),
                None => open = Some(String::new()),
            }
        } else if let Some(block) = &mut open {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks.extend(open);
    blocks
}

fn places(text: &str) -> Vec<AnswerItem> {
    let trimmed = text.trim();
    if trimmed.starts_with(['[', '{'])
        && let Ok(value) = serde_json::from_str::<Value>(trimmed)
    {
        let mut list = List::default();
        json(&value, &mut list);
        return list.finish();
    }
    let mut list = List::default();
    for line in text.lines() {
        match read(line) {
            Some(Line::File(path)) => list.file(path),
            Some(Line::Place(path, name)) => list.place(path, name),
            Some(Line::Name(name)) => list.name(name),
            None => {}
        }
    }
    list.finish()
}

/// Lists of texts, or of objects with a path and perhaps a name.
fn json(value: &Value, list: &mut List) {
    let text = |value: &Value, keys: &[&str]| {
        keys.iter()
            .find_map(|key| value.get(*key)?.as_str())
            .map(str::to_owned)
    };
    match value {
        Value::String(line) => match read(line) {
            Some(Line::File(path)) => list.file(path),
            Some(Line::Place(path, name)) => list.place(path, name),
            Some(Line::Name(name)) => list.name(name),
            None => {}
        },
        Value::Array(items) => items.iter().for_each(|item| json(item, list)),
        Value::Object(object) => {
            let path = text(
                value,
                &["file", "path", "file_path", "file_name", "filename"],
            );
            let name = text(
                value,
                &[
                    "qualified_name",
                    "function",
                    "method",
                    "symbol",
                    "name",
                    "class",
                ],
            );
            match (path, name) {
                (Some(path), Some(name)) => list.place(path, name),
                (Some(path), None) => list.file(path),
                // `{"answer": [...]}` and the like.
                (None, _) => object.values().for_each(|value| json(value, list)),
            }
        }
        _ => {}
    }
}

/// The places so far. A file stands for itself only where no names follow it.
#[derive(Default)]
struct List {
    items: Vec<AnswerItem>,
    file: Option<String>,
    is_file_pending: bool,
}

impl List {
    fn file(&mut self, path: String) {
        self.flush();
        self.file = Some(path);
        self.is_file_pending = true;
    }

    fn place(&mut self, path: String, name: String) {
        self.flush();
        self.file = Some(path.clone());
        self.push(Some(path), Some(name));
    }

    fn name(&mut self, name: String) {
        self.is_file_pending = false;
        self.push(self.file.clone(), Some(name));
    }

    fn flush(&mut self) {
        if std::mem::take(&mut self.is_file_pending) {
            self.push(self.file.clone(), None);
        }
    }

    fn push(&mut self, path: Option<String>, name: Option<String>) {
        let is_known = self
            .items
            .iter()
            .any(|item| item.path == path && item.name == name);
        if !is_known {
            self.items.push(AnswerItem {
                path,
                name,
                resolution: Resolution::Unresolved,
                id: None,
                kind: None,
                lines: None,
            });
        }
    }

    fn finish(mut self) -> Vec<AnswerItem> {
        self.flush();
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places as `path::name`, `path` or `::name`.
    fn check(text: &str, expect: &[&str]) {
        let places: Vec<String> = parse_answer(text)
            .into_iter()
            .map(|item| match (item.path, item.name) {
                (Some(path), Some(name)) => format!("{path}::{name}"),
                (Some(path), None) => path,
                (None, name) => format!("::{}", name.unwrap_or_default()),
            })
            .collect();
        assert_eq!(places, expect, "{text}");
    }

    #[test]
    fn formats() {
        check("```\na/b.py\nc.py\n```", &["a/b.py", "c.py"]);
        check(
            "```\na/b.py::C.m\na/b.py::f\n```",
            &["a/b.py::C.m", "a/b.py::f"],
        );
        // The published code's format.
        check(
            "```\na/b.py\nfunction: C.m\nfunction: f\n\nc.py\nclass: D\n```",
            &["a/b.py::C.m", "a/b.py::f", "c.py::D"],
        );
        check(
            "My list:\n1. `a/b.py::f`: it loops\n2. `c.py` maybe\n",
            &["a/b.py::f", "c.py"],
        );
        check(
            r#"```json
["a/b.py::f", {"file": "c.py", "function": "g"}]
```"#,
            &["a/b.py::f", "c.py::g"],
        );
        check(r#"{"answer": ["a/b.py"]}"#, &["a/b.py"]);
        check(
            "<think>a.py</think><answer>b.py::f\n</answer>",
            &["b.py::f"],
        );
        check("```\nfunction: f\n```", &["::f"]);
        check("```\na/b.py::f", &["a/b.py::f"]);
    }

    #[test]
    fn only_the_last_answer_counts() {
        check("```\na.py\n```\nNo, wait.\n```\nb.py\n```", &["b.py"]);
        check("```\na.py::f\n```\n```python\nprint(1)\n```", &["a.py::f"]);
        check("a.py\n</think>\nb.py", &["b.py"]);
    }

    #[test]
    fn repeated_places_stand_once() {
        check(
            "```\na.py::f\na.py::f\nb.py\na.py::f\n```",
            &["a.py::f", "b.py"],
        );
    }

    #[test]
    fn what_lists_nothing_is_no_answer() {
        check("", &[]);
        check(
            "I do not know. It could be in a.py or in b.py, who knows.",
            &[],
        );
        check("```\nreturn x\n```", &[]);
        check("[1, 2", &[]);
        check("[[[]]]", &[]);
    }
}

//! Reading tasks: JSON Lines, a JSON array, parquet.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::parquet_rows::parquet_rows;
use crate::{Finding, FindingKind, OnMalformed, Task, TasksError};

/// The tasks of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskSet {
    /// In the order of the file, every `instance_id` once.
    pub tasks: Vec<Task>,
    /// What was wrong, in the order of the file.
    pub findings: Vec<Finding>,
    /// How many entries were left out: malformed ones and repeated ids.
    pub skipped: usize,
}

/// Reads the tasks of a file: JSON Lines, a JSON array of objects, or parquet, told apart by their first
/// bytes.
///
/// An empty issue and a repeated `instance_id` (the first one counts) are findings. Entries without an
/// `instance_id`, `repo`, `base_commit`, `problem_statement` or `patch` are malformed.
///
/// # Errors
/// [`TasksError::Read`]; [`TasksError::Malformed`] for the first malformed entry, with
/// [`OnMalformed::Stop`]; [`TasksError::Format`] for a broken parquet file or JSON array.
pub fn read_tasks(path: &Path, on_malformed: OnMalformed) -> Result<TaskSet, TasksError> {
    let bytes = std::fs::read(path).map_err(|error| TasksError::read(path, error))?;
    let mut set = TaskSet::default();
    let mut seen = FxHashMap::default();
    for (line, entry) in json_entries(path, bytes)? {
        let task = entry.and_then(|value| {
            let id = value
                .get("instance_id")
                .and_then(Value::as_str)
                .map(str::to_owned);
            read_task(value).map_err(|finding| match id {
                Some(id) => finding.of_task(&id),
                None => finding,
            })
        });
        let task = match task {
            Ok(task) => task,
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
        if let Some(first) = seen.get(&task.instance_id) {
            let message = format!("the same id as in line {first}, which counts");
            let finding = Finding::new(FindingKind::DuplicateId, message);
            set.findings
                .push(finding.of_task(&task.instance_id).at_line(line));
            set.skipped += 1;
            continue;
        }
        if task.problem_statement.trim().is_empty() {
            let finding = Finding::new(FindingKind::EmptyIssue, "the issue has no text");
            set.findings
                .push(finding.of_task(&task.instance_id).at_line(line));
        }
        seen.insert(task.instance_id.clone(), line);
        set.tasks.push(task);
    }
    Ok(set)
}

/// Writes tasks as JSON Lines: one object per line, the fields in SWE-bench's spelling.
///
/// # Errors
/// [`TasksError::Write`].
pub fn write_tasks(tasks: &[Task], out: &mut dyn std::io::Write) -> Result<(), TasksError> {
    for task in tasks {
        let line = serde_json::to_string(task).map_err(|e| TasksError::Write(e.into()))?;
        writeln!(out, "{line}").map_err(TasksError::Write)?;
    }
    out.flush().map_err(TasksError::Write)
}

fn read_task(value: Value) -> Result<Task, Finding> {
    let task: Task = serde_json::from_value(value)
        .map_err(|error| Finding::new(FindingKind::Malformed, format!("not a task: {error}")))?;
    for (name, text) in [
        ("instance_id", &task.instance_id),
        ("repo", &task.repo),
        ("base_commit", &task.base_commit),
    ] {
        if text.trim().is_empty() {
            let message = format!("not a task: `{name}` is empty");
            return Err(Finding::new(FindingKind::Malformed, message));
        }
    }
    Ok(task)
}

/// An entry of a file with its 1-based line (JSON Lines) or number (array, parquet).
pub(crate) type Entry = (usize, Result<Value, Finding>);

/// The entries of a file of JSON objects, whatever holds them.
pub(crate) fn json_entries(path: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>, TasksError> {
    if bytes.starts_with(b"PAR1") {
        let rows = parquet_rows(bytes).map_err(|message| TasksError::format(path, message))?;
        return Ok(rows
            .into_iter()
            .enumerate()
            .map(|(at, row)| (at + 1, Ok(row)))
            .collect());
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'[') {
        let items: Vec<Value> = serde_json::from_slice(text)
            .map_err(|error| TasksError::format(path, format!("not a JSON array: {error}")))?;
        return Ok(items
            .into_iter()
            .enumerate()
            .map(|(at, item)| (at + 1, Ok(item)))
            .collect());
    }
    let lines = text.split(|&byte| byte == b'\n').enumerate();
    Ok(lines
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(at, line)| (at + 1, json_line(line)))
        .collect())
}

fn json_line(line: &[u8]) -> Result<Value, Finding> {
    serde_json::from_slice(line).map_err(|error| {
        // serde_json counts lines inside this one line; only the column says something.
        let full = error.to_string();
        let reason = full
            .rfind(" at line ")
            .map_or(full.as_str(), |at| &full[..at]);
        let message = format!("not JSON: {reason} at column {}", error.column());
        Finding::new(FindingKind::Malformed, message)
    })
}

//! Predictions on their way to the disk: one line per task, appended when the task is done. A run that is
//! cut off at any moment leaves whole lines and at most one torn one, which is dropped and done again.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bughound_rollout::write_atomically;

use crate::{EvalError, PredictionLine};

/// The predictions file of a run that is going on.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Opens the file, made where it is not there, and answers what is done. Lines that are torn, damaged,
    /// of unknown or repeated tasks are dropped, and so are tasks without an answer: they are tried again.
    pub(crate) fn open(
        path: &Path,
        tasks: &BTreeSet<&str>,
    ) -> Result<(Self, Vec<PredictionLine>), EvalError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(EvalError::io("read", path)(error)),
        };
        let mut seen = BTreeSet::new();
        let mut kept: Vec<u8> = Vec::with_capacity(bytes.len());
        let mut lines = Vec::new();
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            // Without its end a line may have lost more than that.
            let Some(text) = line.strip_suffix(b"\n") else {
                continue;
            };
            let Ok(parsed) = serde_json::from_slice::<PredictionLine>(text) else {
                continue;
            };
            let known = tasks.contains(parsed.instance_id.as_str());
            if known && parsed.error.is_none() && seen.insert(parsed.instance_id.clone()) {
                kept.extend_from_slice(line);
                lines.push(parsed);
            }
        }
        if kept != bytes {
            write_atomically(path, &kept).map_err(EvalError::io("write", path))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(EvalError::io("write", path))?;
        let journal = Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        };
        Ok((journal, lines))
    }

    /// Appends a line; it is with the operating system when this returns.
    pub(crate) fn append(&self, line: &PredictionLine) -> Result<(), EvalError> {
        let text = encode(line, &self.path)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text)
            .and_then(|()| file.flush())
            .map_err(EvalError::io("write", &self.path))
    }

    /// Replaces the file by these lines, at once.
    pub(crate) fn finish(self, lines: &[PredictionLine]) -> Result<(), EvalError> {
        let mut text = Vec::new();
        for line in lines {
            text.extend(encode(line, &self.path)?);
        }
        write_atomically(&self.path, &text).map_err(EvalError::io("write", &self.path))
    }
}

fn encode(line: &PredictionLine, path: &Path) -> Result<Vec<u8>, EvalError> {
    let mut text =
        serde_json::to_vec(line).map_err(|error| EvalError::io("write", path)(error.into()))?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind as TaskErrorKind;

    fn line(id: &str) -> PredictionLine {
        PredictionLine {
            instance_id: id.to_owned(),
            files: vec!["a.py".to_owned(), "ä\n\"b\".py".to_owned()],
            ..PredictionLine::default()
        }
    }

    fn ids(lines: &[PredictionLine]) -> Vec<&str> {
        lines.iter().map(|line| line.instance_id.as_str()).collect()
    }

    /// What is done, given the bytes of the file; afterwards the file must hold just that.
    fn check(bytes: &[u8], expect: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("predictions.jsonl");
        fs::write(&path, bytes).unwrap();
        let tasks = BTreeSet::from(["one", "two", "three"]);
        let (journal, lines) = Journal::open(&path, &tasks).unwrap();
        assert_eq!(ids(&lines), expect, "{:?}", String::from_utf8_lossy(bytes));
        journal.append(&line("three")).unwrap();
        drop(journal);
        let (_, again) = Journal::open(&path, &tasks).unwrap();
        assert_eq!(ids(&again), [expect, &["three"]].concat());
        assert_eq!(
            fs::read(&path)
                .unwrap()
                .iter()
                .filter(|b| **b == b'\n')
                .count(),
            again.len()
        );
    }

    #[test]
    fn a_line_cut_at_any_byte_is_dropped() {
        let encode = |id| super::encode(&line(id), Path::new("p")).unwrap();
        let (first, second) = (encode("one"), encode("two"));
        for end in 0..=first.len() + second.len() {
            let whole = [first.clone(), second.clone()].concat();
            let expect: &[&str] = match end {
                _ if end < first.len() => &[],
                _ if end < whole.len() => &["one"],
                _ => &["one", "two"],
            };
            check(&whole[..end], expect);
        }
    }

    #[test]
    fn what_cannot_be_kept_is_dropped() {
        let encode = |line: &PredictionLine| super::encode(line, Path::new("p")).unwrap();
        let failed = PredictionLine::failed("two", TaskErrorKind::Fault, "disk");
        check(&[encode(&failed), encode(&line("one"))].concat(), &["one"]);
        check(
            &[encode(&line("one")), encode(&line("one"))].concat(),
            &["one"],
        );
        check(
            &[encode(&line("other")), encode(&line("two"))].concat(),
            &["two"],
        );
        check(
            &[b"\x00\xff{\n\n".to_vec(), encode(&line("two"))].concat(),
            &["two"],
        );
    }
}

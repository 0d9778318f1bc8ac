//! Instances that were judged, one JSON object a line, so that a run that is cut off goes on where it was.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Outcome, Resolved};

/// A file of records.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    known: BTreeMap<(String, String), Resolved>,
}

/// A journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct JournalError {
    path: PathBuf,
    source: std::io::Error,
}

impl Journal {
    /// Opens or makes the file. A last line that was cut off is dropped; so is what was a fault, which is tried again.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let wrong = |source| JournalError {
            path: path.to_owned(),
            source,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(wrong(error)),
        };
        let mut known = BTreeMap::new();
        for line in text.lines() {
            if let Ok(record) = serde_json::from_str::<Resolved>(line)
                && record.outcome != Outcome::Fault
            {
                let key = (record.instance_id.clone(), record.key.clone());
                known.insert(key, record);
            }
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(wrong)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").map_err(wrong)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            known,
        })
    }

    /// What was found of this instance with this key.
    pub fn known(&self, id: &str, key: &str) -> Option<&Resolved> {
        self.known.get(&(id.to_owned(), key.to_owned()))
    }

    /// Keeps a record.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(&mut self, record: &Resolved) -> Result<(), JournalError> {
        let line = serde_json::to_string(record).unwrap_or_default() + "\n";
        self.file
            .write_all(line.as_bytes())
            .map_err(|source| JournalError {
                path: self.path.clone(),
                source,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_and_a_fault_are_judged_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j.jsonl");
        let record = |id: &str, outcome| Resolved {
            key: "k".to_owned(),
            ..Resolved::without_a_run(id, outcome)
        };
        let mut journal = Journal::open(&path).unwrap();
        journal.keep(&record("a", Outcome::Resolved)).unwrap();
        journal.keep(&record("b", Outcome::Fault)).unwrap();
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("{\"instance_id\": \"c");
        std::fs::write(&path, text).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert!(journal.known("a", "k").is_some());
        assert!(journal.known("a", "other").is_none());
        assert!(journal.known("b", "k").is_none());
        journal.keep(&record("c", Outcome::Empty)).unwrap();
        assert!(Journal::open(&path).unwrap().known("c", "k").is_some());
    }
}

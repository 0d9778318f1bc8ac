//! What is written down of each step: a line of `steps.jsonl`, and the same numbers for TensorBoard.

mod events;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use events::Events;

/// The file of steps in a run's folder.
pub const STEPS_FILE: &str = "steps.jsonl";

/// Writes the steps of a run.
pub struct Recorder {
    steps: File,
    events: Events<BufWriter<File>>,
}

impl Recorder {
    /// Opens the records of a run in `folder`. A run that goes on from step `from` loses what was written of later steps, by the
    /// process that was interrupted; `seconds` is the time since 1970, for TensorBoard.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn open(folder: &Path, stage: &str, from: u64, seconds: f64) -> io::Result<Self> {
        let path = folder.join(STEPS_FILE);
        forget(&path, stage, from)?;
        let steps = OpenOptions::new().append(true).create(true).open(&path)?;
        let events = BufWriter::new(File::create(event_file(folder, stage, from)?)?);
        Ok(Self {
            steps,
            events: Events::begin(events, seconds)?,
        })
    }

    /// Writes a step: `record` is an object whose numbers, also those of inner objects, become curves named `stage/name`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(
        &mut self,
        stage: &str,
        step: u64,
        seconds: f64,
        record: &impl Serialize,
    ) -> io::Result<()> {
        let record = serde_json::to_value(record)?;
        let mut line = serde_json::json!({"stage": stage, "step": step});
        if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), &record) {
            line.extend(fields.clone());
        }
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        self.steps.write_all(&line)?;
        let mut scalars = Vec::new();
        numbers(stage, &record, &mut scalars);
        self.events.scalars(seconds, step, &scalars)
    }
}

/// The numbers of a record by their names.
fn numbers(name: &str, value: &Value, into: &mut Vec<(String, f64)>) {
    match value {
        Value::Number(number) => into.extend(number.as_f64().map(|n| (name.to_owned(), n))),
        Value::Object(fields) => {
            for (field, value) in fields {
                numbers(&format!("{name}/{field}"), value, into);
            }
        }
        _ => {}
    }
}

/// Takes the lines of `stage` from step `from` on out of a file of steps; a last line that was cut off goes, too.
fn forget(path: &Path, stage: &str, from: u64) -> io::Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut kept = Vec::new();
    for line in BufReader::new(file).split(b'\n') {
        let line = line?;
        let Ok(value) = serde_json::from_slice::<Value>(&line) else {
            continue;
        };
        let later = value["step"].as_u64().is_none_or(|step| step >= from);
        if value["stage"] == stage && later {
            continue;
        }
        kept.extend(line);
        kept.push(b'\n');
    }
    let beside = path.with_extension("jsonl.new");
    fs::write(&beside, kept)?;
    fs::rename(beside, path)
}

/// The event file of a run from step `from` on; files of later beginnings go, they tell of steps that are forgotten.
fn event_file(folder: &Path, stage: &str, from: u64) -> io::Result<PathBuf> {
    let folder = folder.join("tensorboard").join(stage);
    fs::create_dir_all(&folder)?;
    let name = |from: u64| format!("events.out.tfevents.{from:010}.bughound");
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let later = path
            .file_name()
            .is_some_and(|file| file.to_string_lossy().as_ref() >= name(from).as_str());
        if later {
            fs::remove_file(path)?;
        }
    }
    Ok(folder.join(name(from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Record {
        loss: f64,
        inner: Inner,
        word: &'static str,
    }

    #[derive(Serialize)]
    struct Inner {
        n: u32,
    }

    fn write(folder: &Path, from: u64, to: u64) {
        let mut recorder = Recorder::open(folder, "sft", from, 0.0).unwrap();
        for step in from..to {
            let record = Record {
                loss: 0.5,
                inner: Inner { n: 7 },
                word: "w",
            };
            recorder.write("sft", step, 0.0, &record).unwrap();
        }
    }

    #[test]
    fn a_run_that_goes_on_has_each_step_once() {
        let whole = tempfile::tempdir().unwrap();
        write(whole.path(), 0, 5);
        let resumed = tempfile::tempdir().unwrap();
        write(resumed.path(), 0, 4);
        // The process ended within a line; its last checkpoint is of step 3.
        let path = resumed.path().join(STEPS_FILE);
        let mut text = fs::read(&path).unwrap();
        text.truncate(text.len() - 5);
        fs::write(&path, text).unwrap();
        write(resumed.path(), 3, 5);
        let read = |folder: &Path| fs::read_to_string(folder.join(STEPS_FILE)).unwrap();
        assert_eq!(read(whole.path()), read(resumed.path()));
        insta::assert_snapshot!(read(whole.path()).lines().next().unwrap(), @r#"{"stage":"sft","step":0,"loss":0.5,"inner":{"n":7},"word":"w"}"#);
    }

    #[test]
    fn numbers_have_names() {
        let mut found = Vec::new();
        let value = serde_json::json!({"loss": 0.5, "inner": {"n": 7, "of": [1]}, "word": "w", "none": null});
        numbers("sft", &value, &mut found);
        assert_eq!(
            found,
            [
                ("sft/loss".to_owned(), 0.5),
                ("sft/inner/n".to_owned(), 7.0)
            ]
        );
    }
}

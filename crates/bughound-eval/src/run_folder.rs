//! The files of a run.

use std::fs;
use std::path::{Path, PathBuf};

use bughound_rollout::{Lock, lock_folder, write_atomically};
use bughound_trace::TRACES_FILE;

use crate::EvalError;
use crate::settings::RunSettings;

/// A folder that `bughound eval` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    dir: PathBuf,
}

impl RunFolder {
    /// The run folder at a path, whether it is there or not.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The run folder that predictions belong to: `path` itself where it is one, or the folder around a
    /// `predictions.jsonl`.
    pub fn around(path: &Path) -> Option<Self> {
        let dir = if path.is_dir() {
            path
        } else if path.file_name()? == "predictions.jsonl" {
            path.parent()?
        } else {
            return None;
        };
        let folder = Self::at(dir);
        folder.settings_file().is_file().then_some(folder)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// `settings.toml`: what decided the result.
    pub fn settings_file(&self) -> PathBuf {
        self.dir.join("settings.toml")
    }

    /// `predictions.jsonl`: one [`PredictionLine`](crate::PredictionLine) per task.
    pub fn predictions_file(&self) -> PathBuf {
        self.dir.join("predictions.jsonl")
    }

    /// `ground-truth.json`: what was right, as `score --ground-truth` reads it.
    pub fn ground_truth_file(&self) -> PathBuf {
        self.dir.join("ground-truth.json")
    }

    /// `metrics.json`: a [`ScoreDocument`](crate::ScoreDocument).
    pub fn metrics_file(&self) -> PathBuf {
        self.dir.join("metrics.json")
    }

    /// `report.md`.
    pub fn report_markdown_file(&self) -> PathBuf {
        self.dir.join("report.md")
    }

    /// `report.html`.
    pub fn report_html_file(&self) -> PathBuf {
        self.dir.join("report.html")
    }

    /// What decided the result.
    ///
    /// # Errors
    /// [`EvalError::Io`], [`EvalError::NotARun`].
    pub fn settings(&self) -> Result<RunSettings, EvalError> {
        let path = self.settings_file();
        let text = fs::read_to_string(&path).map_err(EvalError::io("read", &path))?;
        parse_settings(&text).map_err(|reason| EvalError::NotARun {
            out: self.dir.clone(),
            reason,
        })
    }

    /// `traces.jsonl.zst`: the episodes, of policies that have any.
    pub fn traces_file(&self) -> PathBuf {
        self.dir.join(TRACES_FILE)
    }

    /// Makes the folder where it is not there, and keeps other processes out of it.
    pub(crate) fn lock(&self) -> Result<Lock, EvalError> {
        lock_folder(&self.dir)
            .map_err(EvalError::io("create", &self.dir))?
            .ok_or_else(|| EvalError::Busy {
                out: self.dir.clone(),
            })
    }

    /// Gets the folder ready for a run with these settings: a new one, one that was interrupted, or with
    /// `force` any.
    ///
    /// # Errors
    /// [`EvalError::SettingsDiffer`], [`EvalError::NotARun`], [`EvalError::Io`].
    pub(crate) fn begin(&self, settings: &RunSettings, force: bool) -> Result<(), EvalError> {
        let path = self.settings_file();
        if force {
            self.remove("predictions.jsonl")?;
            self.remove("metrics.json")?;
            self.remove(TRACES_FILE)?;
        } else if path.exists() {
            let differences = self.settings()?.differences(settings);
            if !differences.is_empty() {
                return Err(EvalError::SettingsDiffer {
                    out: self.dir.clone(),
                    differences,
                });
            }
        } else if let Some(name) = self.foreign_file()? {
            return Err(EvalError::NotARun {
                out: self.dir.clone(),
                reason: format!("no settings.toml, but {name}"),
            });
        }
        self.write(&path, settings.to_toml().as_bytes())
    }

    pub(crate) fn write(&self, path: &Path, content: &[u8]) -> Result<(), EvalError> {
        write_atomically(path, content).map_err(EvalError::io("write", path))
    }

    fn remove(&self, name: &str) -> Result<(), EvalError> {
        let path = self.dir.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(EvalError::io("remove", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// The name of a file that this process did not put here, the first in alphabetical order.
    fn foreign_file(&self) -> Result<Option<String>, EvalError> {
        let entries = fs::read_dir(&self.dir).map_err(EvalError::io("list", &self.dir))?;
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name != ".lock" && name != "settings.toml.tmp")
            .collect();
        names.sort();
        Ok(names.into_iter().next())
    }
}

fn parse_settings(text: &str) -> Result<RunSettings, String> {
    let table: toml::Table = toml::from_str(text)
        .map_err(|error| format!("its settings.toml is no TOML: {}", error.message()))?;
    match table.get("format").and_then(toml::Value::as_integer) {
        Some(format) if format == i64::from(RunSettings::FORMAT) => {}
        Some(format) => {
            return Err(format!(
                "its settings.toml has format {format}, this version writes {}",
                RunSettings::FORMAT
            ));
        }
        None => return Err("its settings.toml names no format".to_owned()),
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| format!("its settings.toml: {}", error.message()))
}

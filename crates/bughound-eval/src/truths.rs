//! What is right, for all tasks of a score.

use std::collections::BTreeMap;
use std::path::Path;

use bughound_metrics::Truth;
use bughound_tasks::{
    Finding, GroundTruth, PreImage, RepoMap, Task, check_tasks, ground_truth, read_ground_truth,
};
use serde::Serialize;

use crate::{EvalError, Phase, Progress, RunFolder, Sha256, TasksFile};

/// Where ground truth came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "lowercase")]
pub enum TruthSource {
    /// Worked out from the patches of the tasks and the files before them.
    Patches,
    /// Read from a file.
    File {
        /// Its name, without folders.
        file: String,
        /// Of its bytes.
        sha256: Sha256,
    },
}

/// What is right, task by task.
#[derive(Clone, Debug, PartialEq)]
pub struct Truths {
    /// Where it came from.
    pub source: TruthSource,
    /// By `instance_id`.
    pub by_task: BTreeMap<String, GroundTruth>,
    /// What was odd about tasks, patches and files.
    pub findings: Vec<Finding>,
}

/// Whatever may say what is right.
pub struct TruthRequest<'a> {
    /// A ground-truth file; where it is given, nothing else is asked.
    pub ground_truth: Option<&'a Path>,
    /// The tasks.
    pub tasks: Option<&'a TasksFile>,
    /// Where their repositories lie.
    pub repos: Option<&'a RepoMap>,
    /// The predictions that are to be scored.
    pub predictions: &'a [&'a Path],
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

impl Truths {
    /// What is right, as the first of these has it: the ground-truth file; the patches of the tasks, where
    /// their repositories are given; the first run folder among the predictions that was made of these
    /// tasks.
    ///
    /// # Errors
    /// [`EvalError::NoGroundTruth`] where nothing of that kind is given, and as the other constructors.
    pub fn find(request: &TruthRequest<'_>) -> Result<Self, EvalError> {
        if let Some(file) = request.ground_truth {
            return Self::from_file(file);
        }
        if let (Some(tasks), Some(repos)) = (request.tasks, request.repos) {
            return Ok(Self::from_patches(&tasks.tasks, repos, request.progress));
        }
        for predictions in request.predictions {
            let Some(folder) = RunFolder::around(predictions) else {
                continue;
            };
            let sha256 = folder.settings()?.tasks.sha256;
            let fits = request.tasks.is_none_or(|tasks| tasks.sha256 == sha256);
            if fits && folder.ground_truth_file().is_file() {
                return Self::of_run(&folder);
            }
        }
        let path = request
            .predictions
            .first()
            .copied()
            .unwrap_or(Path::new(""));
        Err(EvalError::NoGroundTruth {
            path: path.to_owned(),
        })
    }

    /// Ground truth that is written down in a file ([`read_ground_truth`]).
    ///
    /// # Errors
    /// As [`read_ground_truth`].
    pub fn from_file(path: &Path) -> Result<Self, EvalError> {
        let entries = read_ground_truth(path)?;
        let bytes = std::fs::read(path).map_err(EvalError::io("read", path))?;
        let file = path.file_name().unwrap_or_default();
        Ok(Self {
            source: TruthSource::File {
                file: file.to_string_lossy().into_owned(),
                sha256: Sha256::of(&bytes),
            },
            by_task: entries
                .into_iter()
                .map(|(id, truth)| (id, with_kinds(truth)))
                .collect(),
            findings: Vec::new(),
        })
    }

    /// Ground truth worked out from the tasks' patches and the files before them. Where a repository or a
    /// commit is missing, only the files that the patch names are known; that is a finding.
    pub fn from_patches(tasks: &[Task], repos: &RepoMap, progress: &dyn Progress) -> Self {
        progress.begin(Phase::GroundTruth, 0, tasks.len());
        let checks = check_tasks(tasks, repos, &|| progress.step(""));
        let mut by_task = BTreeMap::new();
        let mut findings = Vec::new();
        for (task, check) in tasks.iter().zip(checks) {
            let truth = check.ground_truth.unwrap_or_else(|| {
                let absent = "the commit is not here";
                ground_truth(task, &mut |_| PreImage::Unreadable(absent.to_owned())).0
            });
            findings.extend(check.findings);
            by_task.insert(task.instance_id.clone(), truth);
        }
        Self {
            source: TruthSource::Patches,
            by_task,
            findings,
        }
    }

    /// The ground truth that a run wrote down beside its predictions.
    ///
    /// # Errors
    /// As [`Truths::from_file`]; [`EvalError::NotARun`] where the settings cannot be read.
    pub fn of_run(folder: &RunFolder) -> Result<Self, EvalError> {
        let settings = folder.settings()?;
        let mut truths = Self::from_file(&folder.ground_truth_file())?;
        truths.source = source_in_settings(&settings.scoring.ground_truth);
        Ok(truths)
    }

    /// What is right for a task, as scorers want it.
    pub fn truth(&self, instance_id: &str) -> Option<Truth> {
        self.by_task.get(instance_id).map(GroundTruth::truth)
    }

    /// As a ground-truth file: one JSON object, tasks in alphabetical order.
    pub(crate) fn to_json(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(&self.by_task).unwrap_or_else(|_| "{}".to_owned());
        text.push('\n');
        text
    }
}

impl TruthSource {
    /// As `settings.toml` has it.
    pub(crate) fn in_settings(&self) -> String {
        match self {
            Self::Patches => "patches".to_owned(),
            Self::File { file, sha256 } => format!("{file} {sha256}"),
        }
    }

    /// For people.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Patches => "the patches of the tasks".to_owned(),
            Self::File { file, .. } => file.clone(),
        }
    }
}

fn source_in_settings(text: &str) -> TruthSource {
    match text.rsplit_once(' ') {
        Some((file, digest)) => match digest.parse() {
            Ok(sha256) => TruthSource::File {
                file: file.to_owned(),
                sha256,
            },
            Err(_) => TruthSource::Patches,
        },
        None => TruthSource::Patches,
    }
}

fn with_kinds(truth: Truth) -> GroundTruth {
    let mut locations = truth.locations;
    let bare = truth.files.iter().filter(|path| {
        let inside = format!("{path}::");
        !locations.iter().any(|id| id.starts_with(&inside))
    });
    let bare: Vec<String> = bare.cloned().collect();
    locations.extend(bare);
    GroundTruth {
        locations,
        files: truth.files,
        functions: truth.functions,
        classes: truth.classes,
        enclosing_classes: truth.enclosing_classes,
        ..GroundTruth::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_round_trip() {
        for source in [
            TruthSource::Patches,
            TruthSource::File {
                file: "gt of others.json".to_owned(),
                sha256: Sha256::of(b"x"),
            },
        ] {
            assert_eq!(source_in_settings(&source.in_settings()), source);
        }
    }

    #[test]
    fn truth_survives_being_written_down() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gt.json");
        std::fs::write(&path, r#"{"t": ["a.py::C.m", "a.py::f", "b.py"], "u": []}"#).unwrap();
        let first = Truths::from_file(&path).unwrap();
        assert_eq!(
            first.by_task["t"].locations,
            ["a.py::C.m", "a.py::f", "b.py"]
        );
        std::fs::write(&path, first.to_json()).unwrap();
        let second = Truths::from_file(&path).unwrap();
        assert_eq!(second.by_task, first.by_task);
        assert_eq!(second.truth("t"), first.truth("t"));
        assert_eq!(second.truth("t").unwrap().enclosing_classes, ["a.py::C"]);
        assert_eq!(second.truth("no such task"), None);
    }
}

//! Predictions held against ground truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bughound_metrics::{Answer, BootstrapSettings, ScoredTask, Scorer, Truth, score_run};
use bughound_tasks::{Finding, OnMalformed, Prediction, read_predictions};

use crate::score_document::{Answers, NotScored, ScoreDocument, ScoredTasks, UsedScorer};
use crate::{ErrorKind, EvalError, RunFolder, Sha256, TaskError, TasksFile, Truths};

/// What is to be scored.
pub struct ScoreRequest<'a> {
    /// Predictions: a file ([`read_predictions`] lists the shapes), or a run folder.
    pub predictions: &'a Path,
    /// The tasks that count, by `instance_id`.
    pub tasks: &'a TaskList,
    /// What is right.
    pub truths: &'a Truths,
    /// What counts as found.
    pub scorer: &'a dyn Scorer,
    /// How intervals are drawn.
    pub bootstrap: BootstrapSettings,
    /// What to do with lines that are no predictions.
    pub on_malformed: OnMalformed,
}

/// The tasks that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskList {
    /// Where they are listed: the name of a file, without folders.
    pub file: String,
    /// Of that file.
    pub sha256: Option<Sha256>,
    /// By `instance_id`, in order.
    pub ids: Vec<String>,
}

impl TaskList {
    /// The tasks that count when these predictions are scored: all of the file; for a run folder (or its
    /// `predictions.jsonl`) that was made of this very file, those that the run was asked for.
    ///
    /// # Errors
    /// [`EvalError::NotARun`] where the folder's settings cannot be read.
    pub fn for_predictions(tasks: &TasksFile, predictions: &Path) -> Result<Self, EvalError> {
        let mut selected = None;
        if let Some(folder) = RunFolder::around(predictions) {
            let of_run = folder.settings()?.tasks;
            if of_run.sha256 == tasks.sha256 {
                selected = Some(tasks.select(&of_run.selection)?);
            }
        }
        let chosen = selected.as_deref().unwrap_or(&tasks.tasks);
        Ok(Self {
            file: tasks.name.clone(),
            sha256: Some(tasks.sha256),
            ids: chosen.iter().map(|task| task.instance_id.clone()).collect(),
        })
    }

    /// All tasks whose ground truth is known, in alphabetical order.
    pub fn of_truths(truths: &Truths) -> Self {
        Self {
            file: truths.source.in_words(),
            sha256: None,
            ids: truths.by_task.keys().cloned().collect(),
        }
    }
}

/// Scores predictions. The second part of the result says what was wrong with their file.
///
/// Tasks without an answer count 0. Left out of all sums, and listed, are tasks whose ground truth is not
/// known and tasks on which the run had a fault ([`ErrorKind::Fault`]).
///
/// # Errors
/// As [`read_predictions`]; [`EvalError::NoPredictions`] where the file holds none.
pub fn score(request: &ScoreRequest<'_>) -> Result<(ScoreDocument, Vec<Finding>), EvalError> {
    let path = match request.predictions.is_dir() {
        true => RunFolder::at(request.predictions).predictions_file(),
        false => request.predictions.to_owned(),
    };
    let set = read_predictions(&path, request.on_malformed)?;
    if set.predictions.is_empty() {
        return Err(EvalError::NoPredictions { path });
    }
    let by_id: BTreeMap<&str, &Prediction> = set
        .predictions
        .iter()
        .map(|prediction| (prediction.instance_id.as_str(), prediction))
        .collect();
    let mut answers = Answers {
        skipped: set.skipped,
        ..Answers::default()
    };
    let mut not_scored = NotScored::default();
    let mut counted: Vec<(&str, Truth, Option<Answer>)> = Vec::new();
    for id in &request.tasks.ids {
        let Some(truth) = request.truths.truth(id) else {
            not_scored.without_ground_truth.push(id.clone());
            continue;
        };
        let prediction = by_id.get(id.as_str());
        let error = prediction.and_then(|prediction| error_of(prediction));
        let answer = match error {
            Some(error) if error.kind == ErrorKind::Fault => {
                not_scored.faults.insert(id.clone(), error.message);
                continue;
            }
            Some(error) => {
                answers.errors.insert(id.clone(), error);
                None
            }
            None => prediction.map(|prediction| prediction.answer()),
        };
        match &answer {
            Some(_) => answers.answered += 1,
            None => answers.unanswered.push(id.clone()),
        }
        counted.push((id, truth, answer));
    }
    let listed: BTreeSet<&str> = request.tasks.ids.iter().map(String::as_str).collect();
    answers.unknown = set
        .predictions
        .iter()
        .map(|prediction| prediction.instance_id.clone())
        .filter(|id| !listed.contains(id.as_str()))
        .collect();
    let tasks: Vec<ScoredTask<'_>> = counted
        .iter()
        .map(|(id, truth, answer)| ScoredTask {
            id,
            truth,
            answer: answer.as_ref(),
        })
        .collect();
    let document = ScoreDocument {
        tasks: ScoredTasks {
            file: request.tasks.file.clone(),
            sha256: request.tasks.sha256,
            count: request.tasks.ids.len(),
        },
        ground_truth: request.truths.source.clone(),
        scorer: UsedScorer {
            name: request.scorer.name().to_owned(),
            about: request.scorer.about().to_owned(),
        },
        answers,
        not_scored,
        scores: score_run(request.scorer, &tasks, &request.bootstrap),
    };
    Ok((document, set.findings))
}

/// The reason why one of our own lines holds no answer.
fn error_of(prediction: &Prediction) -> Option<TaskError> {
    serde_json::from_value(prediction.extra.get("error")?.clone()).ok()
}

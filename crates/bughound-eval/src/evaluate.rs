//! A run from its request to its report.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;

use bughound_metrics::{BootstrapSettings, PathScorer, Scorer, scorers};
use bughound_rollout::open_repos;
use bughound_store::Store;
use bughound_tasks::{Finding, FindingKind, OnMalformed, RepoMap};

use crate::journal::Journal;
use crate::report::{ReportInput, to_html, to_markdown};
use crate::run_tasks::{Environment, run_tasks};
use crate::score::TaskList;
use crate::settings::{Depth, RunSettings, ScoringSettings, SelectedTasks};
use crate::trace_log::TraceLog;
use crate::{
    ErrorKind, EvalError, Miss, Phase, Policy, PredictionLine, Progress, RunFolder, ScoreDocument,
    ScoreRequest, Selection, TasksFile, TruthSource, Truths, misses, score,
};

/// What is to be evaluated, and how.
pub struct EvalRequest<'a> {
    /// The tasks.
    pub tasks: &'a TasksFile,
    /// Which of them.
    pub selection: Selection,
    /// Where their repositories lie.
    pub repos: &'a RepoMap,
    /// Who answers.
    pub policy: &'a dyn Policy,
    /// The cache.
    pub store: &'a Store,
    /// The run folder; made where it is not there, continued where it holds this run.
    pub out: &'a Path,
    /// Whether a run that the folder holds is thrown away.
    pub force: bool,
    /// A ground-truth file; without it, ground truth is worked out from the patches.
    pub ground_truth: Option<&'a Path>,
    /// The scorer of `metrics.json`.
    pub scorer: &'a dyn Scorer,
    /// How intervals are drawn.
    pub bootstrap: BootstrapSettings,
    /// How deep predictions go.
    pub depth: Depth,
    /// How many tasks are worked on at the same time. Each holds an index in memory.
    pub jobs: NonZeroUsize,
    /// How many threads these share.
    pub threads: NonZeroUsize,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// What a run brought.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Where everything was written.
    pub folder: RunFolder,
    /// The scores, as in `metrics.json`.
    pub document: ScoreDocument,
    /// One line per task, in the order of the tasks.
    pub lines: Vec<PredictionLine>,
    /// How many of them were there before.
    pub n_resumed: usize,
    /// What was not found, and why.
    pub misses: Vec<Miss>,
    /// What was odd about the tasks and their patches.
    pub findings: Vec<Finding>,
}

impl RunSummary {
    /// Tasks on which something broke that says nothing about them. They are in no sum; running the same
    /// command again tries them again.
    pub fn faults(&self) -> BTreeMap<&str, &str> {
        let error = |line: &'_ PredictionLine| line.error.as_ref().map(|e| e.kind);
        self.lines
            .iter()
            .filter(|line| error(line) == Some(ErrorKind::Fault))
            .filter_map(|line| {
                Some((
                    line.instance_id.as_str(),
                    line.error.as_ref()?.message.as_str(),
                ))
            })
            .collect()
    }
}

/// Answers the tasks that have no answer yet, scores all of them and writes the run folder.
///
/// A run that was interrupted is continued; what is there already is kept. The answers do not depend on
/// where it was interrupted, nor on `jobs` and `threads`.
///
/// # Errors
/// [`EvalError::Stopped`] where [`Progress::should_stop`] said so; [`EvalError::SettingsDiffer`] and
/// [`EvalError::NotARun`] where the folder holds something else; [`EvalError::Busy`];
/// [`EvalError::UnknownInstances`]; and where files cannot be read or written. What is wrong with a single
/// task is in its line.
pub fn evaluate(request: &EvalRequest<'_>) -> Result<RunSummary, EvalError> {
    let tasks = request.tasks.select(&request.selection)?;
    let given_truths = request.ground_truth.map(Truths::from_file).transpose()?;
    let source = given_truths
        .as_ref()
        .map_or(TruthSource::Patches, |truths| truths.source.clone());
    let settings = settings_of(request, tasks.len(), &source);
    let folder = RunFolder::at(request.out);
    let _lock = folder.lock()?;
    folder.begin(&settings, request.force)?;

    let ids: BTreeSet<&str> = tasks.iter().map(|task| task.instance_id.as_str()).collect();
    let (journal, mut lines) = Journal::open(&folder.predictions_file(), &ids)?;
    let n_resumed = lines.len();
    let done: BTreeSet<String> = lines.iter().map(|line| line.instance_id.clone()).collect();
    let todo: Vec<usize> = (0..tasks.len())
        .filter(|&at| !done.contains(&tasks[at].instance_id))
        .collect();
    request.progress.begin(Phase::Tasks, n_resumed, tasks.len());
    let repos = open_repos(&tasks, request.repos);
    let environment = Environment {
        policy: request.policy,
        store: request.store,
        depth: request.depth,
        jobs: request.jobs,
        threads: request.threads,
        progress: request.progress,
    };
    let traces = TraceLog::at(&folder.traces_file());
    lines.extend(run_tasks(
        &tasks,
        &todo,
        &repos,
        &environment,
        &journal,
        &traces,
    )?);
    if lines.len() < tasks.len() {
        return Err(EvalError::Stopped {
            done: lines.len(),
            total: tasks.len(),
        });
    }
    let order: BTreeMap<&str, usize> = tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.instance_id.as_str(), at))
        .collect();
    lines.sort_by_key(|line| order.get(line.instance_id.as_str()).copied());
    journal.finish(&lines)?;
    traces.finish(&order)?;

    let truths = given_truths
        .unwrap_or_else(|| Truths::from_patches(&tasks, request.repos, request.progress));
    folder.write(&folder.ground_truth_file(), truths.to_json().as_bytes())?;
    // From here on as `bughound score` does it, from the files.
    let mut written = Truths::of_run(&folder)?;
    written.findings = truths.findings;
    let mut findings = request.tasks.findings.clone();
    // What kept a task from being answered stands in its line.
    let is_in_line = |kind: FindingKind| {
        matches!(
            kind,
            FindingKind::RepositoryMissing | FindingKind::CommitMissing | FindingKind::EmptyIssue
        )
    };
    findings.extend(
        written
            .findings
            .iter()
            .filter(|f| !is_in_line(f.kind))
            .cloned(),
    );

    let n_scorers = scorers().len();
    request.progress.begin(Phase::Scores, 0, n_scorers + 1);
    let list = TaskList::for_predictions(request.tasks, request.out)?;
    let mut documents = Vec::with_capacity(n_scorers);
    for scorer in scorers() {
        let (document, _) = score(&ScoreRequest {
            predictions: request.out,
            tasks: &list,
            truths: &written,
            scorer,
            bootstrap: request.bootstrap,
            on_malformed: OnMalformed::Stop,
        })?;
        documents.push(document);
        request.progress.step(scorer.name());
    }
    let named = |name: &str| {
        documents
            .iter()
            .find(|document| document.scorer.name == name)
    };
    let (Some(by_path), Some(document)) = (named(PathScorer.name()), named(request.scorer.name()))
    else {
        return Err(bughound_metrics::UnknownScorer(request.scorer.name().to_owned()).into());
    };
    let misses = misses(&lines, &written, by_path);
    let input = ReportInput {
        settings: &settings,
        tasks: &tasks,
        lines: &lines,
        documents: &documents,
        by_path,
        misses: &misses,
        findings: &findings,
        n_skipped: request.tasks.skipped,
    };
    folder.write(
        &folder.report_markdown_file(),
        to_markdown(&input).as_bytes(),
    )?;
    folder.write(&folder.report_html_file(), to_html(&input).as_bytes())?;
    folder.write(&folder.metrics_file(), document.to_json_text().as_bytes())?;
    request.progress.step("report");
    Ok(RunSummary {
        folder: folder.clone(),
        document: document.clone(),
        lines,
        n_resumed,
        misses,
        findings,
    })
}

fn settings_of(request: &EvalRequest<'_>, count: usize, source: &TruthSource) -> RunSettings {
    RunSettings {
        format: RunSettings::FORMAT,
        bughound: env!("CARGO_PKG_VERSION").to_owned(),
        policy: request.policy.name().to_owned(),
        tasks: SelectedTasks {
            file: request.tasks.name.clone(),
            sha256: request.tasks.sha256,
            count,
            selection: request.selection.clone(),
        },
        depth: request.depth,
        policy_settings: request.policy.settings(),
        scoring: ScoringSettings {
            scorer: request.scorer.name().to_owned(),
            ground_truth: source.in_settings(),
            bootstrap: request.bootstrap,
        },
    }
}

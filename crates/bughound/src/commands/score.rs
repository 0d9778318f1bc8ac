//! `bughound score`: hold predictions against what is right.

use bughound_eval::{ScoreRequest, TaskList, TasksFile, TruthRequest, Truths, score};
use bughound_metrics::{BootstrapSettings, scorer_named};

use super::on_malformed;
use crate::args::{ReportFormat, ScoreArgs};
use crate::eval_progress::EvalProgress;
use crate::exit::Outcome;
use crate::output;
use crate::settings::{Settings, repo_map};

/// Scores, and prints the scores.
pub(crate) fn run(args: &ScoreArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let tasks = TasksFile::read(&args.tasks, on_malformed(args.keep_going))?;
    super::warn_of(settings, &args.tasks, &tasks.findings);
    let repos = args
        .repos
        .any()
        .then(|| repo_map(&args.repos))
        .transpose()?;
    let progress = EvalProgress::new(settings.progress);
    let truths = Truths::find(&TruthRequest {
        ground_truth: args.ground_truth.as_deref(),
        tasks: Some(&tasks),
        repos: repos.as_ref(),
        predictions: &[&args.predictions],
        progress: &progress,
    })?;
    progress.end();
    let (document, findings) = score(&ScoreRequest {
        predictions: &args.predictions,
        tasks: &TaskList::for_predictions(&tasks, &args.predictions)?,
        truths: &truths,
        scorer: scorer_named(&args.scorer)?,
        bootstrap: BootstrapSettings::default(),
        on_malformed: on_malformed(args.keep_going),
    })?;
    super::warn_of(settings, &args.predictions, &findings);
    match args.format {
        ReportFormat::Text => output::print(&document.to_text())?,
        ReportFormat::Json => output::print(&document.to_json_text())?,
    }
    Ok(Outcome::Found)
}

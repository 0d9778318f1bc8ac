//! `bughound compare`: tell whether two sets of predictions differ by more than luck.

use std::path::Path;

use bughound_eval::{
    CompareRequest, EvalError, ScoreDocument, ScoreRequest, TaskList, TasksFile, TruthRequest,
    Truths, compare_predictions, score,
};
use bughound_metrics::{BootstrapSettings, Metric, ScoreLevel, Scorer, scorer_named};

use super::on_malformed;
use crate::args::{CompareArgs, ReportFormat};
use crate::eval_progress::EvalProgress;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, repo_map};

/// Compares, and prints the result.
pub(crate) fn run(args: &CompareArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let scorer = scorer_named(&args.scorer)?;
    let listed = (level_of(scorer, &args.level, args.metric)?, args.metric);
    let on_malformed = on_malformed(args.keep_going);
    let tasks = args
        .tasks
        .as_ref()
        .map(|file| TasksFile::read(file, on_malformed))
        .transpose()?;
    let repos = args
        .repos
        .any()
        .then(|| repo_map(&args.repos))
        .transpose()?;
    let progress = EvalProgress::new(settings.progress);
    let truths = Truths::find(&TruthRequest {
        ground_truth: args.ground_truth.as_deref(),
        tasks: tasks.as_ref(),
        repos: repos.as_ref(),
        predictions: &[&args.a, &args.b],
        progress: &progress,
    })?;
    progress.end();
    let scored = |predictions: &Path| -> Result<ScoreDocument, EvalError> {
        let tasks = match &tasks {
            Some(tasks) => TaskList::for_predictions(tasks, predictions)?,
            None => TaskList::of_truths(&truths),
        };
        let (document, findings) = score(&ScoreRequest {
            predictions,
            tasks: &tasks,
            truths: &truths,
            scorer,
            bootstrap: BootstrapSettings::default(),
            on_malformed,
        })?;
        super::warn_of(settings, predictions, &findings);
        Ok(document)
    };
    let document = compare_predictions(&CompareRequest {
        name_a: &args.a.display().to_string(),
        a: &scored(&args.a)?,
        name_b: &args.b.display().to_string(),
        b: &scored(&args.b)?,
        listed,
        n_listed: args.n,
        bootstrap: BootstrapSettings::default(),
    });
    match args.format {
        ReportFormat::Text => output::print(&document.to_text())?,
        ReportFormat::Json => output::print_json(&document.to_json())?,
    }
    Ok(Outcome::Found)
}

/// The level with this name, where the scorer has it and reads off the metric there.
fn level_of(scorer: &dyn Scorer, name: &str, metric: Metric) -> anyhow::Result<ScoreLevel> {
    let levels = scorer.levels();
    let Some(level) = levels.iter().copied().find(|level| level.name() == name) else {
        let names: Vec<&str> = levels.iter().map(|level| level.name()).collect();
        let message = format!("the scorer {} has no level `{name}`", scorer.name());
        return Err(Failure::usage(message)
            .hint(format!("it has {}", names.join(", ")))
            .into());
    };
    let metrics = scorer.metrics(level);
    if !metrics.contains(&metric) {
        let names: Vec<String> = metrics.iter().map(ToString::to_string).collect();
        let message = format!(
            "the scorer {} has no {metric} at the level {name}",
            scorer.name()
        );
        return Err(Failure::usage(message)
            .hint(format!("it has {}", names.join(", ")))
            .into());
    }
    Ok(level)
}

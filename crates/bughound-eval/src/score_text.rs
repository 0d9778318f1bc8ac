//! Scores for people.

use std::fmt::Write as _;

use bughound_metrics::{Aggregate, LevelScores};

use crate::definition;
use crate::score_document::{ScoreDocument, metrics_of};

pub(crate) fn render(document: &ScoreDocument) -> String {
    let mut text = String::new();
    write_head(&mut text, document);
    for level in &document.scores.levels {
        write_level(&mut text, level);
    }
    text.push_str("\ndefinitions, each averaged over the tasks that count:\n");
    let metrics = metrics_of(&document.scores);
    let width = metrics
        .iter()
        .map(|m| m.to_string().len())
        .max()
        .unwrap_or(0);
    for metric in metrics {
        let _ = writeln!(
            text,
            "  {:<width$}  {}",
            metric.to_string(),
            definition(metric)
        );
    }
    text
}

fn write_head(text: &mut String, document: &ScoreDocument) {
    let (tasks, answers) = (&document.tasks, &document.answers);
    let bootstrap = &document.scores.bootstrap;
    let _ = writeln!(
        text,
        "scorer {}: {}",
        document.scorer.name, document.scorer.about
    );
    let _ = writeln!(
        text,
        "{} of {}, {} answered; ground truth from {}",
        counted(tasks.count, "task"),
        tasks.file,
        answers.answered,
        document.ground_truth.in_words(),
    );
    let _ = writeln!(
        text,
        "intervals: {} %, percentile bootstrap over tasks, {} resamples, seed {}",
        bootstrap.confidence * 100.0,
        bootstrap.resamples,
        bootstrap.seed,
    );
    write_list(text, "without an answer, counting 0", &answers.unanswered);
    for (id, error) in &answers.errors {
        let _ = writeln!(text, "    {id}: {} ({})", error.message, error.kind.name());
    }
    let faults: Vec<String> = document.not_scored.faults.keys().cloned().collect();
    write_list(
        text,
        "left out of all sums because of a fault of the run",
        &faults,
    );
    for (id, message) in &document.not_scored.faults {
        let _ = writeln!(text, "    {id}: {message}");
    }
    let unknown_truth = &document.not_scored.without_ground_truth;
    write_list(
        text,
        "left out of all sums, their ground truth not being known",
        unknown_truth,
    );
    write_list(
        text,
        "predictions for other tasks, left out",
        &answers.unknown,
    );
    if answers.skipped > 0 {
        let _ = writeln!(
            text,
            "  malformed or repeated predictions, left out: {}",
            answers.skipped
        );
    }
}

/// A number and the first few names.
fn write_list(text: &mut String, what: &str, names: &[String]) {
    const SHOWN: usize = 5;
    if names.is_empty() {
        return;
    }
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" … {n} more"),
    };
    let shown = names[..names.len().min(SHOWN)].join(", ");
    let _ = writeln!(text, "  {what}: {} ({shown}{more})", names.len());
}

fn write_level(text: &mut String, level: &LevelScores) {
    let n = &level.denominators;
    let _ = writeln!(
        text,
        "\n{} level: {} count, {} with something to find, {} answered{}",
        level.level,
        counted(n.tasks, "task"),
        n.with_truth,
        n.answered,
        match level.left_out.len() {
            0 => String::new(),
            left_out => format!("; {left_out} left out by the scorer"),
        },
    );
    let _ = writeln!(
        text,
        "  {:<13} {:>6}  {:>13}  {:>7}  {:>20}",
        "metric", "%", "interval", "ceiling", "with truth alone"
    );
    for aggregate in &level.aggregates {
        let _ = writeln!(
            text,
            "  {:<13} {:>6.1}  {:>13}  {:>7.1}  {:>20.1}",
            aggregate.metric.to_string(),
            aggregate.mean * 100.0,
            interval(aggregate),
            aggregate.ceiling * 100.0,
            aggregate.mean_with_truth * 100.0,
        );
    }
}

/// `47.8 … 61.2`, in percent.
pub(crate) fn interval(aggregate: &Aggregate) -> String {
    match aggregate.interval {
        Some(interval) => format!("{:.1} … {:.1}", interval.low * 100.0, interval.high * 100.0),
        None => "-".to_owned(),
    }
}

/// `1 task`, `2 tasks`.
pub(crate) fn counted(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

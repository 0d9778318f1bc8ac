//! Two sets of predictions on the same tasks.

use std::fmt::Write as _;

use bughound_metrics::{
    BootstrapSettings, Metric, MetricComparison, RunComparison, ScoreLevel, compare_runs,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{ScoreDocument, definition};

/// What is to be compared.
pub struct CompareRequest<'a> {
    /// What the first predictions are called in the result.
    pub name_a: &'a str,
    /// Their scores.
    pub a: &'a ScoreDocument,
    /// What the second predictions are called.
    pub name_b: &'a str,
    /// Their scores, by the same scorer.
    pub b: &'a ScoreDocument,
    /// The metric whose biggest differences are listed, and its level.
    pub listed: (ScoreLevel, Metric),
    /// How many of them, at most.
    pub n_listed: usize,
    /// How the tests are drawn.
    pub bootstrap: BootstrapSettings,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareDocument {
    /// What the first predictions are called.
    pub name_a: String,
    /// What the second predictions are called.
    pub name_b: String,
    /// The scorer's name.
    pub scorer: String,
    /// How the tests were drawn.
    pub bootstrap: BootstrapSettings,
    /// Every level and metric.
    pub comparison: RunComparison,
    /// Level and metric of `differences`.
    pub listed: (ScoreLevel, Metric),
    /// The tasks that differ most, most first.
    pub differences: Vec<TaskDifference>,
}

/// One task on which two sets of predictions differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskDifference {
    /// Its `instance_id`.
    pub instance_id: String,
    /// The first value.
    pub a: f64,
    /// The second value.
    pub b: f64,
    /// Ranks of what was found, in the first predictions.
    pub ranks_a: Vec<usize>,
    /// The same in the second.
    pub ranks_b: Vec<usize>,
}

/// Compares two sets of predictions on the tasks that both scores count ([`compare_runs`]).
pub fn compare_predictions(request: &CompareRequest<'_>) -> CompareDocument {
    CompareDocument {
        name_a: request.name_a.to_owned(),
        name_b: request.name_b.to_owned(),
        scorer: request.a.scorer.name.clone(),
        bootstrap: request.bootstrap,
        comparison: compare_runs(&request.a.scores, &request.b.scores, &request.bootstrap),
        listed: request.listed,
        differences: differences(request),
    }
}

/// Largest differences first; among equals the order of the tasks.
fn differences(request: &CompareRequest<'_>) -> Vec<TaskDifference> {
    let (level, metric) = request.listed;
    let (Some(a), Some(b)) = (request.a.scores.level(level), request.b.scores.level(level)) else {
        return Vec::new();
    };
    let at = |metrics: &[Metric]| metrics.iter().position(|known| *known == metric);
    let (Some(at_a), Some(at_b)) = (at(&a.metrics), at(&b.metrics)) else {
        return Vec::new();
    };
    let mut differences: Vec<TaskDifference> = a
        .tasks
        .iter()
        .filter_map(|task_a| {
            let task_b = b.tasks.iter().find(|task| task.id == task_a.id)?;
            Some(TaskDifference {
                instance_id: task_a.id.clone(),
                a: task_a.values[at_a],
                b: task_b.values[at_b],
                ranks_a: task_a.ranks.clone(),
                ranks_b: task_b.ranks.clone(),
            })
        })
        .filter(|difference| (difference.b - difference.a).abs() > 1e-12)
        .collect();
    let size = |difference: &TaskDifference| (difference.b - difference.a).abs();
    differences.sort_by(|x, y| size(y).total_cmp(&size(x)));
    differences.truncate(request.n_listed);
    differences
}

impl CompareDocument {
    /// The name and version of the shape of [`CompareDocument::to_json`].
    pub const FORMAT: &str = "bughound-compare/1";

    /// The result as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "format": Self::FORMAT,
            "a": self.name_a,
            "b": self.name_b,
            "scorer": self.scorer,
            "bootstrap": self.bootstrap,
            "metrics": self.comparison.metrics,
            "only_a": self.comparison.only_a,
            "only_b": self.comparison.only_b,
            "differences": {
                "level": self.listed.0,
                "metric": self.listed.1,
                "tasks": self.differences,
            },
        })
    }

    /// The result for people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "a: {}\nb: {}\nscorer {}",
            self.name_a, self.name_b, self.scorer
        );
        let tasks = self
            .comparison
            .metrics
            .first()
            .map_or(0, |first| first.comparison.tasks);
        let _ = writeln!(
            text,
            "{tasks} tasks in both, {} only in a, {} only in b; differences are b - a, in points",
            self.comparison.only_a.len(),
            self.comparison.only_b.len()
        );
        let mut level = None;
        for metric in &self.comparison.metrics {
            if level != Some(metric.level) {
                level = Some(metric.level);
                let _ = writeln!(
                    text,
                    "\n{} level\n  {:<13} {:>6} {:>6} {:>7}  {:>15}  {:>7}  {:>17}",
                    metric.level, "metric", "a", "b", "b - a", "interval", "p", "win / tie / loss"
                );
            }
            write_metric(&mut text, metric);
        }
        let _ = writeln!(
            text,
            "\np: two-sided sign-flip randomisation test, each metric on its own: decide beforehand which one \
             counts.\nintervals of the mean difference: {} %, percentile bootstrap over tasks, {} resamples, seed {}",
            self.bootstrap.confidence * 100.0,
            self.bootstrap.resamples,
            self.bootstrap.seed
        );
        self.write_differences(&mut text);
        text
    }

    fn write_differences(&self, text: &mut String) {
        let (level, metric) = self.listed;
        if self.differences.is_empty() {
            let _ = writeln!(text, "\nno task differs in {level} {metric}");
            return;
        }
        let _ = writeln!(
            text,
            "\nbiggest differences in {level} {metric} ({})",
            definition(metric)
        );
        let width = self
            .differences
            .iter()
            .map(|d| d.instance_id.len())
            .max()
            .unwrap_or(0);
        for difference in &self.differences {
            let _ = writeln!(
                text,
                "  {:<width$}  {:>5.1} -> {:>5.1}  ranks {} -> {}",
                difference.instance_id,
                difference.a * 100.0,
                difference.b * 100.0,
                ranks(&difference.ranks_a),
                ranks(&difference.ranks_b),
            );
        }
    }
}

fn write_metric(text: &mut String, metric: &MetricComparison) {
    let c = &metric.comparison;
    let interval = match c.interval {
        Some(interval) => format!(
            "{:+.1} … {:+.1}",
            interval.low * 100.0,
            interval.high * 100.0
        ),
        None => "-".to_owned(),
    };
    let _ = writeln!(
        text,
        "  {:<13} {:>6.1} {:>6.1} {:>+7.1}  {interval:>15}  {:>7.4}  {:>17}",
        metric.metric.to_string(),
        c.mean_a * 100.0,
        c.mean_b * 100.0,
        c.difference * 100.0,
        c.p_value,
        format!("{} / {} / {}", c.wins, c.ties, c.losses),
    );
}

fn ranks(ranks: &[usize]) -> String {
    match ranks {
        [] => "none".to_owned(),
        ranks => ranks
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(","),
    }
}

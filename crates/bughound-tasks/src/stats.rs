//! What a set of tasks is like.

use std::collections::BTreeMap;

use bughound_metrics::Metric;
use serde::{Deserialize, Serialize};

use crate::{GroundTruth, Task};

/// How a number is spread over tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Smallest.
    pub min: usize,
    /// Middle: the lower one of two.
    pub median: usize,
    /// Average.
    pub mean: f64,
    /// Largest.
    pub max: usize,
}

impl Spread {
    fn of(values: impl Iterator<Item = usize>) -> Self {
        let mut values: Vec<usize> = values.collect();
        values.sort_unstable();
        let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
            return Self::default();
        };
        let sum: usize = values.iter().sum();
        let median = values[(values.len() - 1) / 2];
        Self {
            min,
            median,
            mean: sum as f64 / values.len() as f64,
            max,
        }
    }
}

/// The best that any answer can reach, as means over the tasks with ground truth known; a task without
/// anything to find counts 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Of which metric.
    pub metric: Metric,
    /// On files.
    pub file: f64,
    /// On functions, methods and classes.
    pub function: f64,
}

/// A set of tasks in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskStats {
    /// Tasks.
    pub tasks: usize,
    /// Tasks whose ground truth is known; all that follows but the issues is over these.
    pub with_ground_truth: usize,
    /// Length of the issues, in characters.
    pub issue_chars: Spread,
    /// Tasks whose issue has no text.
    pub empty_issues: usize,
    /// Files to find.
    pub files: Spread,
    /// Functions, methods and classes to find.
    pub locations: Spread,
    /// Tasks with exactly one file to find.
    pub single_file: usize,
    /// Tasks with exactly one function or class to find.
    pub single_location: usize,
    /// Tasks that edit no existing function or method.
    pub without_function: usize,
    /// Tasks that edit no existing function, method or class.
    pub without_location: usize,
    /// Tasks that edit lines outside of functions and classes.
    pub module_level: usize,
    /// Tasks that add functions.
    pub new_functions: usize,
    /// Tasks that add files.
    pub new_files: usize,
    /// What can be reached.
    pub ceilings: Vec<Ceiling>,
}

/// [`TaskStats`] of all tasks and of each project, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// All tasks.
    pub all: TaskStats,
    /// Each project.
    pub repos: BTreeMap<String, TaskStats>,
}

/// Counts tasks, each with its ground truth where that is known.
pub fn stats<'a>(tasks: impl IntoIterator<Item = (&'a Task, Option<&'a GroundTruth>)>) -> Stats {
    let mut all: Vec<(&Task, Option<&GroundTruth>)> = Vec::new();
    let mut repos: BTreeMap<String, Vec<(&Task, Option<&GroundTruth>)>> = BTreeMap::new();
    for entry in tasks {
        all.push(entry);
        repos.entry(entry.0.repo.clone()).or_default().push(entry);
    }
    Stats {
        all: count(&all),
        repos: repos
            .into_iter()
            .map(|(repo, entries)| (repo, count(&entries)))
            .collect(),
    }
}

fn count(entries: &[(&Task, Option<&GroundTruth>)]) -> TaskStats {
    let truths: Vec<&GroundTruth> = entries.iter().filter_map(|(_, truth)| *truth).collect();
    let n_locations = |truth: &GroundTruth| truth.functions.len() + truth.classes.len();
    let how_many =
        |holds: &dyn Fn(&GroundTruth) -> bool| truths.iter().filter(|t| holds(t)).count();
    let issues = || {
        entries
            .iter()
            .map(|(task, _)| task.problem_statement.trim().chars().count())
    };
    let mean = |value: &dyn Fn(&GroundTruth) -> f64| {
        let sum: f64 = truths.iter().map(|truth| value(truth)).sum();
        if truths.is_empty() {
            0.0
        } else {
            sum / truths.len() as f64
        }
    };
    let metrics = [1, 3, 5, 10]
        .map(Metric::Recall)
        .into_iter()
        .chain([1, 5, 10].map(Metric::Accuracy));
    let ceilings = metrics.map(|metric| Ceiling {
        metric,
        file: mean(&|truth| metric.ceiling(truth.files.len(), None)),
        function: mean(&|truth| metric.ceiling(n_locations(truth), None)),
    });
    TaskStats {
        tasks: entries.len(),
        with_ground_truth: truths.len(),
        issue_chars: Spread::of(issues()),
        empty_issues: issues().filter(|&n| n == 0).count(),
        files: Spread::of(truths.iter().map(|truth| truth.files.len())),
        locations: Spread::of(truths.iter().map(|truth| n_locations(truth))),
        single_file: how_many(&|truth| truth.files.len() == 1),
        single_location: how_many(&|truth| n_locations(truth) == 1),
        without_function: how_many(&|truth| truth.functions.is_empty()),
        without_location: how_many(&|truth| n_locations(truth) == 0),
        module_level: how_many(&|truth| !truth.module_level.is_empty()),
        new_functions: how_many(&|truth| !truth.new_functions.is_empty()),
        new_files: how_many(&|truth| !truth.new_files.is_empty()),
        ceilings: ceilings.collect(),
    }
}

//! Scores of all tasks of a run.

use serde::{Deserialize, Serialize};

use crate::bootstrap::bootstrap_means;
use crate::{Answer, BootstrapSettings, Interval, Judged, Metric, ScoreLevel, Scorer, Truth};

/// A task as it is handed to a scorer.
#[derive(Clone, Copy, Debug)]
pub struct ScoredTask<'a> {
    /// Its `instance_id`.
    pub id: &'a str,
    /// What is right.
    pub truth: &'a Truth,
    /// What was answered; `None` where nothing was.
    pub answer: Option<&'a Answer>,
}

/// The scores of one task at one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskScores {
    /// Its `instance_id`.
    pub id: String,
    /// How many things there were to find.
    pub n_truth: usize,
    /// How many distinct things the answer held, after the scorer's cut; `None` where there was no answer.
    pub n_ranked: Option<usize>,
    /// 1-based ranks of those that were found.
    pub ranks: Vec<usize>,
    /// One value per metric, in the order of [`LevelScores::metrics`].
    pub values: Vec<f64>,
    /// The best value that could be reached, per metric.
    pub ceilings: Vec<f64>,
}

/// What the means are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denominators {
    /// Tasks that count: what sums are divided by.
    pub tasks: usize,
    /// Of these, tasks with something to find at this level; the others count 0.
    pub with_truth: usize,
    /// Of these, tasks with an answer; the others count 0.
    pub answered: usize,
}

/// One metric over the tasks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Which.
    pub metric: Metric,
    /// The mean over [`Denominators::tasks`]; 0 where there are none.
    pub mean: f64,
    /// Its bootstrap interval; `None` where there are no tasks.
    pub interval: Option<Interval>,
    /// The mean that perfect answers would reach.
    pub ceiling: f64,
    /// The mean over [`Denominators::with_truth`] alone.
    pub mean_with_truth: f64,
}

/// The scores of a run at one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelScores {
    /// Which.
    pub level: ScoreLevel,
    /// The metrics, in the order of all values below.
    pub metrics: Vec<Metric>,
    /// What the means are over.
    pub denominators: Denominators,
    /// Tasks that the scorer leaves out of every sum.
    pub left_out: Vec<String>,
    /// One per metric.
    pub aggregates: Vec<Aggregate>,
    /// One per task that counts, in the order they were given.
    pub tasks: Vec<TaskScores>,
}

impl LevelScores {
    /// Denominators and aggregates over the tasks that `keep` keeps, for instance those of one project.
    pub fn aggregate_where(
        &self,
        keep: impl Fn(&TaskScores) -> bool,
        settings: &BootstrapSettings,
    ) -> (Denominators, Vec<Aggregate>) {
        let tasks: Vec<&TaskScores> = self.tasks.iter().filter(|task| keep(task)).collect();
        aggregate(&self.metrics, &tasks, settings)
    }

    /// The aggregate of one metric, where the scorer reads it off.
    pub fn aggregate_of(&self, metric: Metric) -> Option<&Aggregate> {
        self.aggregates
            .iter()
            .find(|aggregate| aggregate.metric == metric)
    }
}

/// The scores of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunScores {
    /// The scorer's name.
    pub scorer: String,
    /// How intervals were drawn.
    pub bootstrap: BootstrapSettings,
    /// One per level of the scorer.
    pub levels: Vec<LevelScores>,
}

impl RunScores {
    /// The scores at a level, where the scorer has it.
    pub fn level(&self, level: ScoreLevel) -> Option<&LevelScores> {
        self.levels.iter().find(|scores| scores.level == level)
    }
}

/// Scores all tasks with one scorer. Tasks without an answer count 0; see the scorer for which tasks it
/// leaves out.
pub fn score_run(
    scorer: &dyn Scorer,
    tasks: &[ScoredTask<'_>],
    settings: &BootstrapSettings,
) -> RunScores {
    let levels = scorer
        .levels()
        .iter()
        .map(|&level| score_level(scorer, level, tasks, settings));
    RunScores {
        scorer: scorer.name().to_owned(),
        bootstrap: *settings,
        levels: levels.collect(),
    }
}

fn score_level(
    scorer: &dyn Scorer,
    level: ScoreLevel,
    tasks: &[ScoredTask<'_>],
    settings: &BootstrapSettings,
) -> LevelScores {
    let view = scorer.view(level);
    let metrics = scorer.metrics(level).to_vec();
    let mut scores = Vec::with_capacity(tasks.len());
    let mut left_out = Vec::new();
    for task in tasks {
        let Some(truth) = (view.truth)(task.truth) else {
            left_out.push(task.id.to_owned());
            continue;
        };
        let ranking = task
            .answer
            .map(|answer| (view.ranking)(answer))
            .unwrap_or_default();
        let judged = Judged::new(ranking, truth, view.limit);
        scores.push(TaskScores {
            id: task.id.to_owned(),
            n_truth: judged.n_truth(),
            n_ranked: task.answer.map(|_| judged.n_ranked()),
            ranks: judged.hits().iter().map(|place| place + 1).collect(),
            values: metrics.iter().map(|metric| metric.value(&judged)).collect(),
            ceilings: metrics
                .iter()
                .map(|m| m.ceiling(judged.n_truth(), view.limit))
                .collect(),
        });
    }
    let (denominators, aggregates) =
        aggregate(&metrics, &scores.iter().collect::<Vec<_>>(), settings);
    LevelScores {
        level,
        metrics,
        denominators,
        left_out,
        aggregates,
        tasks: scores,
    }
}

fn aggregate(
    metrics: &[Metric],
    tasks: &[&TaskScores],
    settings: &BootstrapSettings,
) -> (Denominators, Vec<Aggregate>) {
    let denominators = Denominators {
        tasks: tasks.len(),
        with_truth: tasks.iter().filter(|task| task.n_truth > 0).count(),
        answered: tasks.iter().filter(|task| task.n_ranked.is_some()).count(),
    };
    let columns: Vec<Vec<f64>> = (0..metrics.len())
        .map(|at| {
            tasks
                .iter()
                .map(|task| task.values.get(at).copied().unwrap_or(0.0))
                .collect()
        })
        .collect();
    let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let intervals = bootstrap_means(&borrowed, settings);
    let aggregates = metrics
        .iter()
        .zip(&columns)
        .zip(intervals)
        .enumerate()
        .map(|(at, ((&metric, column), interval))| {
            let sum: f64 = column.iter().sum();
            let best: f64 = tasks
                .iter()
                .map(|t| t.ceilings.get(at).copied().unwrap_or(0.0))
                .sum();
            Aggregate {
                metric,
                mean: over(sum, tasks.len()),
                interval,
                ceiling: over(best, tasks.len()),
                // A task without truth has 0 in every metric, so the sums are the same.
                mean_with_truth: over(sum, denominators.with_truth),
            }
        })
        .collect();
    (denominators, aggregates)
}

fn over(sum: f64, n: usize) -> f64 {
    if n == 0 { 0.0 } else { sum / n as f64 }
}

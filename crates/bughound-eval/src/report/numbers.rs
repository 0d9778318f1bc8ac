//! Numbers as a report shows them, and small sums over a run.

use bughound_metrics::{Aggregate, Denominators, LevelScores};

use super::ReportInput;
use crate::PredictionLine;

/// `54.6`, in percent.
pub(crate) fn percent(value: f64) -> String {
    format!("{:.1}", value * 100.0)
}

/// `54.6 (47.8–61.2)`, in percent.
pub(crate) fn with_interval(aggregate: &Aggregate) -> String {
    match aggregate.interval {
        Some(interval) => format!(
            "{} ({}–{})",
            percent(aggregate.mean),
            percent(interval.low),
            percent(interval.high)
        ),
        None => "-".to_owned(),
    }
}

/// A duration in milliseconds, with digits enough to tell short ones apart.
pub(crate) fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms >= 100.0 => format!("{ms:.0}"),
        ms if ms >= 10.0 => format!("{ms:.1}"),
        ms => format!("{ms:.2}"),
    }
}

/// The scores of one project.
pub(crate) struct ProjectScores {
    pub(crate) repo: String,
    pub(crate) denominators: Denominators,
    pub(crate) aggregates: Vec<Aggregate>,
}

/// The scores of each project at a level, by name.
pub(crate) fn by_project(input: &ReportInput<'_>, level: &LevelScores) -> Vec<ProjectScores> {
    let mut repos: Vec<&str> = input.tasks.iter().map(|task| task.repo.as_str()).collect();
    repos.sort_unstable();
    repos.dedup();
    repos
        .into_iter()
        .map(|repo| {
            let ids: std::collections::BTreeSet<&str> = input
                .tasks
                .iter()
                .filter(|task| task.repo == repo)
                .map(|task| task.instance_id.as_str())
                .collect();
            let bootstrap = &input.by_path.scores.bootstrap;
            let (denominators, aggregates) =
                level.aggregate_where(|task| ids.contains(task.id.as_str()), bootstrap);
            ProjectScores {
                repo: repo.to_owned(),
                denominators,
                aggregates,
            }
        })
        .collect()
}

/// Upper ends of the ranges of ranks that are told apart.
pub(crate) const RANK_BUCKETS: [(usize, &str); 8] = [
    (1, "1"),
    (2, "2"),
    (3, "3"),
    (5, "4–5"),
    (10, "6–10"),
    (20, "11–20"),
    (50, "21–50"),
    (usize::MAX, "51 and below"),
];

/// How many tasks have their first right answer in each of [`RANK_BUCKETS`], and, last, nowhere. Tasks
/// with nothing to find are not counted.
pub(crate) fn rank_distribution(level: &LevelScores) -> Vec<usize> {
    let mut counts = vec![0; RANK_BUCKETS.len() + 1];
    for task in level.tasks.iter().filter(|task| task.n_truth > 0) {
        let bucket = match task.ranks.first() {
            Some(&rank) => RANK_BUCKETS.iter().position(|&(end, _)| rank <= end),
            None => None,
        };
        counts[bucket.unwrap_or(RANK_BUCKETS.len())] += 1;
    }
    counts
}

/// The times of one stage over all tasks that were answered.
pub(crate) struct StageTimes {
    pub(crate) stage: String,
    /// Ascending, one per task.
    milliseconds: Vec<f64>,
}

impl StageTimes {
    pub(crate) fn sum(&self) -> f64 {
        self.milliseconds.iter().sum()
    }

    pub(crate) fn mean(&self) -> f64 {
        match self.milliseconds.len() {
            0 => 0.0,
            n => self.sum() / n as f64,
        }
    }

    /// The smallest time that at least this share of the tasks do not exceed.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        quantile(&self.milliseconds, share)
    }
}

/// The smallest of some ascending values that at least this share of them do not exceed; 0 of none.
pub(crate) fn quantile(ascending: &[f64], share: f64) -> f64 {
    let n = ascending.len();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of values"
    )]
    let at = (share * n as f64).ceil() as usize;
    ascending
        .get(at.clamp(1, n.max(1)) - 1)
        .copied()
        .unwrap_or(0.0)
}

/// The times of every stage, in the order in which they begin, and of the whole last. A task that skips a
/// stage spends no time in it.
pub(crate) fn stage_times(lines: &[PredictionLine]) -> Vec<StageTimes> {
    let answered: Vec<&PredictionLine> = lines.iter().filter(|line| line.error.is_none()).collect();
    let mut stages: Vec<&str> = Vec::new();
    for line in &answered {
        for stage in line.milliseconds_by_stage.keys() {
            if !stages.contains(&stage.as_str()) {
                stages.push(stage);
            }
        }
    }
    let sorted = |mut milliseconds: Vec<f64>| {
        milliseconds.sort_by(f64::total_cmp);
        milliseconds
    };
    let mut times: Vec<StageTimes> = stages
        .into_iter()
        .map(|stage| {
            let of = |line: &&PredictionLine| {
                let time = line.milliseconds_by_stage.get(stage);
                time.and_then(serde_json::Value::as_f64).unwrap_or(0.0)
            };
            StageTimes {
                stage: stage.to_owned(),
                milliseconds: sorted(answered.iter().map(of).collect()),
            }
        })
        .collect();
    times.push(StageTimes {
        stage: "all".to_owned(),
        milliseconds: sorted(answered.iter().map(|line| line.milliseconds).collect()),
    });
    times
}

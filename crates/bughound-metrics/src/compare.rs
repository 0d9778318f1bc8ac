//! Is one run better than another, or was it luck?

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{
    BootstrapSettings, Interval, Metric, Rng, RunScores, ScoreLevel, TaskScores, bootstrap_mean,
};

/// Differences below this are ties: they come from rounding.
const TIE: f64 = 1e-12;

/// With at most this many tasks that differ, every assignment of signs is tried.
const EXACT_UP_TO: usize = 16;

/// Two runs on the same tasks, one metric. Differences are `b − a`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Tasks in both.
    pub tasks: usize,
    /// Mean of the first run.
    pub mean_a: f64,
    /// Mean of the second run.
    pub mean_b: f64,
    /// Mean of `b − a`.
    pub difference: f64,
    /// Bootstrap interval of the mean difference; `None` where there are no tasks.
    pub interval: Option<Interval>,
    /// How likely a mean difference at least this large, in either direction, is where the two runs are
    /// equally good: two-sided sign-flip randomisation test.
    pub p_value: f64,
    /// Whether all assignments of signs were tried, not a random sample of them.
    pub exact: bool,
    /// Tasks on which the second run is better.
    pub wins: usize,
    /// Tasks on which neither is.
    pub ties: usize,
    /// Tasks on which the first run is better.
    pub losses: usize,
}

/// Compares two columns of values, task by task; what one has too many is ignored.
///
/// **Test.** Where the two runs are equally good, each task's difference could as well have had the other
/// sign. The p-value is the share of all assignments of signs whose absolute sum is at least the one seen.
/// Tasks without a difference change nothing. With up to 16 tasks that differ all assignments are tried;
/// else `resamples` random ones, and `p = (1 + as large) / (1 + resamples)`, which is never 0. Sources:
/// Fisher, *The Design of Experiments* (1935), §21; Smucker, Allan, Carterette, *A comparison of
/// statistical significance tests for information retrieval evaluation*, CIKM 2007; Phipson, Smyth,
/// *Permutation p-values should never be zero* (2010) for the 1s.
///
/// **Interval.** The percentile bootstrap of [`bootstrap_mean`] on the differences.
pub fn compare(a: &[f64], b: &[f64], settings: &BootstrapSettings) -> Comparison {
    let n = a.len().min(b.len());
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let mean = |values: &[f64]| {
        if n == 0 {
            0.0
        } else {
            values[..n].iter().sum::<f64>() / n as f64
        }
    };
    let (p_value, exact) = sign_flip(&differences, settings);
    Comparison {
        tasks: n,
        mean_a: mean(a),
        mean_b: mean(b),
        difference: mean(&differences),
        interval: bootstrap_mean(&differences, settings),
        p_value,
        exact,
        wins: differences.iter().filter(|&&d| d > TIE).count(),
        ties: differences.iter().filter(|d| d.abs() <= TIE).count(),
        losses: differences.iter().filter(|&&d| d < -TIE).count(),
    }
}

/// The two-sided p-value, and whether it is exact.
fn sign_flip(differences: &[f64], settings: &BootstrapSettings) -> (f64, bool) {
    let moved: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|d| d.abs() > TIE)
        .collect();
    let seen = moved.iter().sum::<f64>().abs();
    // Sums of the same numbers in another order differ by rounding.
    let enough = seen - TIE * (moved.len() as f64 + 1.0);
    if moved.len() <= EXACT_UP_TO {
        let n_assignments = 1_u32 << moved.len();
        let as_large = (0..n_assignments)
            .filter(|signs| {
                let sum: f64 = moved
                    .iter()
                    .enumerate()
                    .map(|(at, d)| if signs >> at & 1 == 1 { -d } else { *d })
                    .sum();
                sum.abs() >= enough
            })
            .count();
        return (as_large as f64 / f64::from(n_assignments), true);
    }
    // Another stream than the interval's.
    let mut rng = Rng::new(settings.seed ^ 0x5851_F42D_4C95_7F2D);
    let mut as_large = 0_u32;
    for _ in 0..settings.resamples {
        let mut sum = 0.0;
        for chunk in moved.chunks(64) {
            let signs = rng.next_u64();
            for (at, d) in chunk.iter().enumerate() {
                sum += if signs >> at & 1 == 1 { -d } else { *d };
            }
        }
        as_large += u32::from(sum.abs() >= enough);
    }
    (
        (1.0 + f64::from(as_large)) / (1.0 + f64::from(settings.resamples)),
        false,
    )
}

/// One metric of a [`RunComparison`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricComparison {
    /// At which level.
    pub level: ScoreLevel,
    /// Which.
    pub metric: Metric,
    /// The comparison.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// Two runs, every level and metric that both have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunComparison {
    /// One per level and metric, in the order of the first run.
    pub metrics: Vec<MetricComparison>,
    /// Tasks that only the first run has; they are left out.
    pub only_a: Vec<String>,
    /// Tasks that only the second run has; they are left out.
    pub only_b: Vec<String>,
}

/// Compares two runs on the tasks that both have, level by level and metric by metric. Both must have been
/// scored by the same scorer for this to mean anything; levels and metrics that only one has are left out.
///
/// Every metric is tested on its own: with many of them some will look significant by luck, so decide
/// beforehand which one counts.
pub fn compare_runs(a: &RunScores, b: &RunScores, settings: &BootstrapSettings) -> RunComparison {
    let mut result = RunComparison {
        metrics: Vec::new(),
        only_a: Vec::new(),
        only_b: Vec::new(),
    };
    for level_a in &a.levels {
        let Some(level_b) = b.level(level_a.level) else {
            continue;
        };
        let by_id: FxHashMap<&str, &TaskScores> = level_b
            .tasks
            .iter()
            .map(|task| (task.id.as_str(), task))
            .collect();
        let pairs: Vec<(&TaskScores, &TaskScores)> = level_a
            .tasks
            .iter()
            .filter_map(|task| Some((task, *by_id.get(task.id.as_str())?)))
            .collect();
        for (at_a, &metric) in level_a.metrics.iter().enumerate() {
            let Some(at_b) = level_b.metrics.iter().position(|m| *m == metric) else {
                continue;
            };
            let value = |task: &TaskScores, at: usize| task.values.get(at).copied().unwrap_or(0.0);
            let values_a: Vec<f64> = pairs.iter().map(|(task, _)| value(task, at_a)).collect();
            let values_b: Vec<f64> = pairs.iter().map(|(_, task)| value(task, at_b)).collect();
            let comparison = compare(&values_a, &values_b, settings);
            result.metrics.push(MetricComparison {
                level: level_a.level,
                metric,
                comparison,
            });
        }
        missing(&level_a.tasks, &level_b.tasks, &mut result.only_a);
        missing(&level_b.tasks, &level_a.tasks, &mut result.only_b);
    }
    result
}

/// Adds the tasks of `have` that `lack` lacks.
fn missing(have: &[TaskScores], lack: &[TaskScores], into: &mut Vec<String>) {
    let known: rustc_hash::FxHashSet<&str> = lack.iter().map(|task| task.id.as_str()).collect();
    for task in have {
        if !known.contains(task.id.as_str()) && !into.contains(&task.id) {
            into.push(task.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(differences: &[f64]) -> f64 {
        let zeros = vec![0.0; differences.len()];
        compare(&zeros, differences, &BootstrapSettings::default()).p_value
    }

    /// Few tasks: the share of sign assignments, counted by hand.
    #[test]
    fn exact_p_values() {
        let check = |differences: &[f64], expect: f64| {
            assert!(
                (p(differences) - expect).abs() < 1e-12,
                "{differences:?}: {}",
                p(differences)
            );
        };
        check(&[], 1.0);
        check(&[0.0, 0.0], 1.0);
        check(&[0.5], 1.0);
        check(&[1.0, 1.0, 1.0], 2.0 / 8.0);
        check(&[1.0, 1.0, 1.0, 0.0, 0.0], 2.0 / 8.0);
        check(&[1.0, -1.0, 1.0], 1.0);
        check(&[3.0, 2.0, -1.0], 4.0 / 8.0);
        check(&[0.1, 0.2, 0.3], 2.0 / 8.0);
        check(&[1.0; 10], 2.0 / 1024.0);
    }

    #[test]
    fn sampled_p_values_are_near_the_exact_ones() {
        // 12 wins, 5 losses: two-sided sign test 2·P(X ≥ 12), X ~ Bin(17, 1/2) = 2·9402/131072.
        let mut differences = vec![1.0; 12];
        differences.extend([-1.0; 5]);
        assert!(
            (p(&differences) - 0.1435).abs() < 0.012,
            "{}",
            p(&differences)
        );
        // A clear difference is never p = 0.
        assert!((p(&[1.0; 40]) - 1.0 / 10_001.0).abs() < 1e-12);
    }

    #[test]
    fn wins_ties_losses() {
        let c = compare(
            &[0.0, 1.0, 0.5, 0.2],
            &[1.0, 0.0, 0.5, 0.3],
            &BootstrapSettings::default(),
        );
        assert_eq!((c.wins, c.ties, c.losses, c.tasks), (2, 1, 1, 4));
        assert!((c.difference - 0.025).abs() < 1e-12);
        assert!((c.mean_a - 0.425).abs() < 1e-12 && (c.mean_b - 0.45).abs() < 1e-12);
    }

    #[test]
    fn identical_runs_are_equal() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i % 7) / 7.0).collect();
        let c = compare(&values, &values, &BootstrapSettings::default());
        assert!((c.p_value - 1.0).abs() < 1e-12);
        assert_eq!(
            c.interval,
            Some(Interval {
                low: 0.0,
                high: 0.0
            })
        );
        assert_eq!((c.wins, c.ties, c.losses), (0, 100, 0));
    }
}

//! How far a mean could have come out otherwise.

use serde::{Deserialize, Serialize};

use crate::Rng;

/// How resampling is done. The same settings and values always give the same result.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BootstrapSettings {
    /// How many resamples are drawn.
    pub resamples: u32,
    /// The share of resampled means that the interval holds: 0.95.
    pub confidence: f64,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for BootstrapSettings {
    fn default() -> Self {
        Self {
            resamples: 10_000,
            confidence: 0.95,
            seed: 17,
        }
    }
}

/// A range that a mean lies in with the confidence of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end, at least `low`.
    pub high: f64,
}

/// The percentile bootstrap interval of the mean; nothing where there are no values or no resamples.
///
/// As many values are drawn with replacement as there are; the means of the resamples are sorted, and the
/// interval runs between their `(1 − c)/2` and `(1 + c)/2` quantiles (interpolated linearly between order
/// statistics: type 7 of Hyndman, Fan 1996). Tasks are what is resampled, so the interval speaks of other
/// tasks of the same kind; it knows nothing of a policy's own randomness. Source: Efron, Tibshirani, *An
/// Introduction to the Bootstrap* (1993), §13.3.
pub fn bootstrap_mean(values: &[f64], settings: &BootstrapSettings) -> Option<Interval> {
    bootstrap_means(&[values], settings).pop().flatten()
}

/// [`bootstrap_mean`] of several columns over the same tasks, on the same resamples.
pub(crate) fn bootstrap_means(
    columns: &[&[f64]],
    settings: &BootstrapSettings,
) -> Vec<Option<Interval>> {
    let n = columns.iter().map(|c| c.len()).min().unwrap_or(0);
    let (Ok(n_u32), true) = (u32::try_from(n), n > 0 && settings.resamples > 0) else {
        return vec![None; columns.len()];
    };
    // Row by row, so that one draw reads one stretch of memory.
    let rows: Vec<f64> = (0..n)
        .flat_map(|row| columns.iter().map(move |column| column[row]))
        .collect();
    let n_columns = columns.len();
    let mut rng = Rng::new(settings.seed);
    let mut sums = vec![0.0; n_columns];
    let mut means = vec![Vec::with_capacity(settings.resamples as usize); n_columns];
    for _ in 0..settings.resamples {
        sums.fill(0.0);
        for _ in 0..n {
            let row = rng.below(n_u32) as usize * n_columns;
            for (sum, value) in sums.iter_mut().zip(&rows[row..row + n_columns]) {
                *sum += value;
            }
        }
        for (means, sum) in means.iter_mut().zip(&sums) {
            means.push(sum / n as f64);
        }
    }
    let tail = (1.0 - settings.confidence.clamp(0.0, 1.0)) / 2.0;
    means
        .into_iter()
        .map(|mut means| {
            means.sort_by(f64::total_cmp);
            Some(Interval {
                low: quantile(&means, tail),
                high: quantile(&means, 1.0 - tail),
            })
        })
        .collect()
}

/// The quantile of sorted values at `share` from 0 to 1.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = share * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at lies between 0 and the last index"
    )]
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let part = at - below as f64;
    sorted[below] + part * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let check = |share: f64, expect: f64| {
            assert!(
                (quantile(&[0.0, 1.0, 2.0, 4.0], share) - expect).abs() < 1e-12,
                "{share}"
            );
        };
        check(0.0, 0.0);
        check(0.5, 1.5);
        check(1.0, 4.0);
        check(5.0 / 6.0, 3.0);
        assert!(quantile(&[], 0.5).abs() < 1e-12);
    }

    #[test]
    fn equal_values_leave_no_doubt() {
        let interval = bootstrap_mean(&[0.25; 40], &BootstrapSettings::default());
        assert_eq!(
            interval,
            Some(Interval {
                low: 0.25,
                high: 0.25
            })
        );
        assert_eq!(bootstrap_mean(&[], &BootstrapSettings::default()), None);
    }

    /// For 0/1 values the interval must come close to the normal approximation:
    /// 0.5 ± 1.96·sqrt(0.25/400) = 0.451 … 0.549.
    #[test]
    fn coin_flips() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let interval = bootstrap_mean(&values, &BootstrapSettings::default()).unwrap();
        assert!((interval.low - 0.451).abs() < 0.004, "{interval:?}");
        assert!((interval.high - 0.549).abs() < 0.004, "{interval:?}");
    }

    #[test]
    fn the_seed_decides() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i) / 50.0).collect();
        let with = |seed| {
            bootstrap_mean(
                &values,
                &BootstrapSettings {
                    resamples: 200,
                    seed,
                    ..Default::default()
                },
            )
        };
        assert_eq!(with(1), with(1));
        assert_ne!(with(1), with(2));
    }
}

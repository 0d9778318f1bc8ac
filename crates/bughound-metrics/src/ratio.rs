//! Shares whose parts come in clusters: calls of a tool among all calls, where calls of one task belong together.

use serde::{Deserialize, Serialize};

use crate::Interval;

/// The sums that a share and its interval are computed of; clusters are added one by one and may be merged in any
/// order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RatioSums {
    /// Clusters with a whole above 0.
    pub clusters: usize,
    /// What is counted.
    pub part: f64,
    /// Among what it is counted.
    pub whole: f64,
    /// The sum of squared parts.
    pub part_squared: f64,
    /// The sum of parts times wholes.
    pub cross: f64,
    /// The sum of squared wholes.
    pub whole_squared: f64,
}

/// A share with its denominator and its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// What was counted.
    pub part: f64,
    /// Among what.
    pub whole: f64,
    /// The one over the other.
    pub share: f64,
    /// Its standard error; 0 where the sample shows no variation.
    pub error: f64,
    /// The 95 % interval; absent with fewer than two clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// How many clusters (tasks, mostly) it rests on.
    pub clusters: usize,
}

impl RatioSums {
    /// The 0.975 quantile of the normal distribution.
    pub const Z: f64 = 1.959_963_984_540_054;

    /// Adds a cluster; one without a whole says nothing.
    pub fn add(&mut self, part: f64, whole: f64) {
        if whole > 0.0 {
            self.clusters += 1;
            self.part += part;
            self.whole += whole;
            self.part_squared += part * part;
            self.cross += part * whole;
            self.whole_squared += whole * whole;
        }
    }

    /// The part for each of the whole, where that is no share: turns an episode. Its interval is that of
    /// [`RatioSums::share`], not cut to 0 … 1.
    pub fn mean(&self) -> Option<Mean> {
        let mean = (self.whole > 0.0).then(|| self.part / self.whole)?;
        let error = self.error(mean);
        Some(Mean {
            mean,
            error,
            interval: (error > 0.0).then_some(Interval {
                low: mean - Self::Z * error,
                high: mean + Self::Z * error,
            }),
            n: self.whole,
            clusters: self.clusters,
        })
    }

    /// The standard error of a ratio; 0 where there is no variation.
    fn error(&self, ratio: f64) -> f64 {
        let m = self.clusters as f64;
        let residuals =
            self.part_squared - 2.0 * ratio * self.cross + ratio * ratio * self.whole_squared;
        let varies = residuals > 1e-9 * self.part_squared.max(ratio * ratio * self.whole_squared);
        if varies && self.clusters > 1 {
            (m / (m - 1.0) * residuals).sqrt() / self.whole
        } else {
            0.0
        }
    }

    /// The share; nothing where nothing was counted.
    ///
    /// The interval is that of the ratio estimator with clusters as units, linearised: `s² = m/(m−1) · Σ (yᵢ − r xᵢ)²
    /// / (Σ xᵢ)²`, `r ± 1.96 s`, cut to 0 … 1 (Cochran, *Sampling Techniques*, 3rd ed., §6.3). Where the sample shows no
    /// variation at all, as with 0 of n, it is Wilson's interval for `m` clusters, which is on the wide side.
    pub fn share(&self) -> Option<Share> {
        if self.clusters == 0 || self.whole <= 0.0 {
            return None;
        }
        let share = self.part / self.whole;
        let error = self.error(share);
        let interval = (self.clusters > 1).then(|| {
            if error > 0.0 {
                Interval {
                    low: (share - Self::Z * error).max(0.0),
                    high: (share + Self::Z * error).min(1.0),
                }
            } else {
                wilson(share, self.clusters as f64)
            }
        });
        Some(Share {
            part: self.part,
            whole: self.whole,
            share,
            error,
            interval,
            clusters: self.clusters,
        })
    }
}

/// A mean with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error; 0 where the sample shows no variation.
    pub error: f64,
    /// The 95 % interval; absent with fewer than two clusters or without variation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// How many values it is of.
    pub n: f64,
    /// How many clusters they come in.
    pub clusters: usize,
}

/// Wilson's score interval (95 %) of a share of `n` independent trials.
pub fn wilson(share: f64, n: f64) -> Interval {
    let z2 = RatioSums::Z * RatioSums::Z;
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half =
        RatioSums::Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Interval {
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(clusters: &[(f64, f64)]) -> Option<Share> {
        let mut sums = RatioSums::default();
        for (part, whole) in clusters {
            sums.add(*part, *whole);
        }
        sums.share()
    }

    #[test]
    fn shares_and_intervals() {
        let check = |clusters: &[(f64, f64)], expect: &str| {
            let got = of(clusters).map_or("none".to_owned(), |s| {
                let interval = s
                    .interval
                    .map_or("-".to_owned(), |i| format!("{:.4} {:.4}", i.low, i.high));
                format!(
                    "{}/{} {:.4} [{interval}] {}",
                    s.part, s.whole, s.share, s.clusters
                )
            });
            assert_eq!(got, expect, "{clusters:?}");
        };
        check(&[], "none");
        check(&[(0.0, 0.0)], "none");
        check(&[(1.0, 4.0)], "1/4 0.2500 [-] 1");
        // 0 of 10 clusters: Wilson, 0 … 0.2775.
        check(&[(0.0, 3.0); 10], "0/30 0.0000 [0.0000 0.2775] 10");
        check(&[(2.0, 2.0); 10], "20/20 1.0000 [0.7225 1.0000] 10");
        // By hand: r = 3/6, residuals 0.5, -0.5, 0 → s² = 3/2 · 0.5 / 36.
        check(
            &[(1.0, 1.0), (0.0, 1.0), (2.0, 4.0)],
            "3/6 0.5000 [0.2171 0.7829] 3",
        );
    }

    /// With clusters of one it is the usual interval of a proportion: 0.5 ± 1.96·sqrt(0.25/399).
    #[test]
    fn clusters_of_one_are_a_proportion() {
        let clusters: Vec<(f64, f64)> = (0..400).map(|i| (f64::from(i % 2), 1.0)).collect();
        let interval = of(&clusters).unwrap().interval.unwrap();
        assert!((interval.low - 0.450_94).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 0.549_06).abs() < 1e-4, "{interval:?}");
    }
}

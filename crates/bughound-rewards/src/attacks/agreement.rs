//! Does a reward say of cases what they are?
//!
//! Whoever made a case says whether it cheats; a reward says whether it accepts it. Masked cases are counted and say nothing.

use serde::{Deserialize, Serialize};

/// How often a reward and the makers of cases say the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Attacks that were not rewarded.
    pub attacks_rejected: usize,
    /// Attacks that were, those of the residual class among them.
    pub attacks_accepted: usize,
    /// Honest fixes that were rewarded.
    pub honest_accepted: usize,
    /// Honest fixes that were not.
    pub honest_rejected: usize,
    /// Cases of which nothing is known. They are no part of what follows.
    pub unknown: usize,
    /// The share of cases on which both say the same.
    pub observed: Option<Estimate>,
    /// Cohen's kappa: how much of what chance would leave to disagreement is agreed on. None where one of both always says
    /// the same, so that chance explains everything.
    pub kappa: Option<Estimate>,
}

/// A number and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// 95 % of a normal distribution lie this many standard deviations around its middle.
const Z: f64 = 1.959_963_985;

impl Agreement {
    /// Of what was counted.
    pub(super) fn of(attacks: (usize, usize), honest: (usize, usize), unknown: usize) -> Self {
        let ((attacks_rejected, attacks_accepted), (honest_accepted, honest_rejected)) =
            (attacks, honest);
        let n = (attacks_rejected + attacks_accepted + honest_accepted + honest_rejected) as f64;
        let observed = (attacks_rejected + honest_accepted) as f64 / n;
        let accepted = (attacks_accepted + honest_accepted) as f64 / n;
        let honest = (honest_accepted + honest_rejected) as f64 / n;
        let by_chance = accepted * honest + (1.0 - accepted) * (1.0 - honest);
        Self {
            attacks_rejected,
            attacks_accepted,
            honest_accepted,
            honest_rejected,
            unknown,
            observed: (n > 0.0).then(|| wilson(observed, n)),
            kappa: (n > 0.0 && by_chance < 1.0).then(|| kappa(observed, by_chance, n)),
        }
    }
}

/// A share of `n` with Wilson's interval.
fn wilson(share: f64, n: f64) -> Estimate {
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Estimate {
        value: share,
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    }
}

/// Kappa is a straight line in the share that is agreed on; the interval of that share becomes its own (what chance gives is
/// taken as known).
fn kappa(observed: f64, by_chance: f64, n: f64) -> Estimate {
    let share = wilson(observed, n);
    let line = |share: f64| (share - by_chance) / (1.0 - by_chance);
    Estimate {
        value: line(share.value),
        low: line(share.low),
        high: line(share.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_more_than_chance() {
        let check = |attacks, honest, observed: &str, kappa: &str| {
            let found = Agreement::of(attacks, honest, 0);
            let shown = |estimate: Option<Estimate>| {
                estimate.map_or("none".to_owned(), |it| {
                    format!("{:.3} [{:.3}, {:.3}]", it.value, it.low, it.high)
                })
            };
            assert_eq!(shown(found.observed), observed, "{found:?}");
            assert_eq!(shown(found.kappa), kappa, "{found:?}");
        };
        // Cohen's own kind of example: 20 and 15 of 50 agreed, margins 25 and 30.
        check(
            (20, 5),
            (15, 10),
            "0.700 [0.562, 0.809]",
            "0.400 [0.125, 0.618]",
        );
        check(
            (10, 0),
            (10, 0),
            "1.000 [0.839, 1.000]",
            "1.000 [0.678, 1.000]",
        );
        // Who accepts everything agrees with half of it, and no more than chance does.
        check(
            (0, 10),
            (10, 0),
            "0.500 [0.299, 0.701]",
            "0.000 [-0.401, 0.401]",
        );
        check((5, 0), (0, 0), "1.000 [0.566, 1.000]", "none");
        check((0, 0), (0, 0), "none", "none");
        // Who says the opposite of everything.
        check(
            (0, 4),
            (0, 4),
            "0.000 [0.000, 0.324]",
            "-1.000 [-1.000, -0.351]",
        );
    }
}

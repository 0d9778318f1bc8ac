//! How much better than its group an attempt was.

/// What a reward is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// The mean of the group.
    Mean,
    /// The mean of the others in the group.
    LeaveOneOut,
}

/// How advantages are made of rewards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdvantageSettings {
    /// What is taken away.
    pub baseline: Baseline,
    /// Whether to divide by the group's standard deviation (the unbiased one, `n − 1`).
    pub by_deviation: bool,
    /// Added to the deviation.
    pub epsilon: f64,
}

impl Default for AdvantageSettings {
    /// As published for GRPO, with the numbers of its best known implementation.
    fn default() -> Self {
        Self {
            baseline: Baseline::Mean,
            by_deviation: true,
            epsilon: 1e-6,
        }
    }
}

/// The advantages of a group of attempts at the same task.
#[derive(Clone, Debug, PartialEq)]
pub enum Advantages {
    /// One for each attempt; `None` for those without a reward.
    Of(Vec<Option<f64>>),
    /// All rewards are equal: nothing can be learnt from the group.
    NoVariance,
    /// Fewer than two attempts have a reward: there is nothing to hold them against.
    TooFew,
}

/// The advantages of a group. An attempt that broke down has no reward (`None`), and counts for nothing: a fault of
/// the environment must never look like a bad search.
pub fn advantages(rewards: &[Option<f64>], settings: &AdvantageSettings) -> Advantages {
    let known: Vec<f64> = rewards.iter().copied().flatten().collect();
    let n = known.len() as f64;
    if known.len() < 2 {
        return Advantages::TooFew;
    }
    if known
        .iter()
        .all(|reward| reward.total_cmp(&known[0]).is_eq())
    {
        return Advantages::NoVariance;
    }
    let sum: f64 = known.iter().sum();
    let mean = sum / n;
    let squares: f64 = known.iter().map(|r| (r - mean) * (r - mean)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    let scale = if settings.by_deviation {
        1.0 / (deviation + settings.epsilon)
    } else {
        1.0
    };
    let of = |reward: f64| {
        let baseline = match settings.baseline {
            Baseline::Mean => mean,
            Baseline::LeaveOneOut => (sum - reward) / (n - 1.0),
        };
        (reward - baseline) * scale
    };
    Advantages::Of(rewards.iter().map(|reward| reward.map(of)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        rewards: &[Option<f64>],
        baseline: Baseline,
        by_deviation: bool,
        expect: &[Option<f64>],
    ) {
        let settings = AdvantageSettings {
            baseline,
            by_deviation,
            epsilon: 0.0,
        };
        let Advantages::Of(found) = advantages(rewards, &settings) else {
            panic!("{rewards:?} has advantages");
        };
        assert_eq!(found.len(), expect.len());
        for (found, expect) in found.iter().zip(expect) {
            match (found, expect) {
                (Some(found), Some(expect)) => {
                    assert!((found - expect).abs() < 1e-12, "{found} against {expect}");
                }
                (found, expect) => assert_eq!(found, expect),
            }
        }
    }

    #[test]
    fn by_hand() {
        let rewards = [Some(1.0), Some(0.0), Some(0.0), Some(0.0)];
        // Mean 0.25, squares 0.5625 + 3 · 0.0625 = 0.75, deviation √(0.75 / 3) = 0.5.
        check(
            &rewards,
            Baseline::Mean,
            true,
            &[Some(1.5), Some(-0.5), Some(-0.5), Some(-0.5)],
        );
        check(
            &rewards,
            Baseline::Mean,
            false,
            &[Some(0.75), Some(-0.25), Some(-0.25), Some(-0.25)],
        );
        // The others of the first have mean 0; those of the rest 1/3.
        let third = Some(-1.0 / 3.0);
        check(
            &rewards,
            Baseline::LeaveOneOut,
            false,
            &[Some(1.0), third, third, third],
        );
        // An attempt that broke down is as if it had not been.
        check(
            &[Some(1.0), None, Some(0.5)],
            Baseline::Mean,
            false,
            &[Some(0.25), None, Some(-0.25)],
        );
    }

    #[test]
    fn groups_that_teach_nothing() {
        let check = |rewards: &[Option<f64>], expect: Advantages| {
            assert_eq!(advantages(rewards, &AdvantageSettings::default()), expect);
        };
        check(&[Some(0.3), Some(0.3), Some(0.3)], Advantages::NoVariance);
        check(&[Some(0.3), None, Some(0.3)], Advantages::NoVariance);
        check(&[Some(0.3), None], Advantages::TooFew);
        check(&[], Advantages::TooFew);
    }

    #[test]
    fn epsilon_keeps_small_deviations_small() {
        let settings = AdvantageSettings {
            epsilon: 1.0,
            ..AdvantageSettings::default()
        };
        let Advantages::Of(found) = advantages(&[Some(0.0), Some(2.0_f64.sqrt())], &settings)
        else {
            panic!("the rewards differ");
        };
        // Deviation 1, epsilon 1: half of what it would be.
        assert!(
            found
                .iter()
                .flatten()
                .all(|a| (a.abs() - 2.0_f64.sqrt() / 4.0).abs() < 1e-12)
        );
    }
}

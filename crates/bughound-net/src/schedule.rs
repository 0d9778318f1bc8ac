//! How fast to learn at which step.

use crate::math::{cos, narrow};

/// A linear warm-up, then half a cosine down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The rate at the top.
    pub peak: f32,
    /// How many steps the rate climbs.
    pub n_warmup: u64,
    /// How many steps there are in all.
    pub n_steps: u64,
    /// The share of the peak that is left at the end.
    pub floor: f32,
}

impl Schedule {
    /// The rate at a step, counted from 0.
    pub fn rate(&self, step: u64) -> f32 {
        if step < self.n_warmup {
            return self.peak * (step + 1) as f32 / self.n_warmup as f32;
        }
        let left = self.n_steps.saturating_sub(self.n_warmup).max(1);
        let done = (step - self.n_warmup).min(left) as f64 / left as f64;
        let share = narrow(0.5 * (1.0 + cos(std::f64::consts::PI * done)));
        self.peak * (self.floor + (1.0 - self.floor) * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down() {
        let schedule = Schedule {
            peak: 2.0,
            n_warmup: 4,
            n_steps: 104,
            floor: 0.1,
        };
        let check = |step: u64, expect: f32| {
            let rate = schedule.rate(step);
            assert!((rate - expect).abs() < 1e-6, "{step}: {rate}");
        };
        check(0, 0.5);
        check(3, 2.0);
        check(4, 2.0);
        check(54, 1.1);
        check(104, 0.2);
        check(500, 0.2);
    }
}

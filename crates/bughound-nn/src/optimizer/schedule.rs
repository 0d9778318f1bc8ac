//! How fast weights move at which step: a pure function of the step.

/// A learning rate over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The highest rate.
    pub peak: f64,
    /// Steps over which the rate rises to it in equal parts.
    pub warmup: u64,
    /// The step from which on the rate stays at `last`; the rate is constant after the warm-up where there is none.
    pub decay_until: Option<u64>,
    /// The rate at the end of a cosine's half.
    pub last: f64,
}

impl Schedule {
    /// The same rate at every step after `warmup`.
    pub fn constant(peak: f64, warmup: u64) -> Self {
        Self {
            peak,
            warmup,
            decay_until: None,
            last: peak,
        }
    }

    /// Up over `warmup` steps, then down to `last` along half a cosine until step `steps`.
    pub fn cosine(peak: f64, warmup: u64, steps: u64, last: f64) -> Self {
        Self {
            peak,
            warmup,
            decay_until: Some(steps),
            last,
        }
    }

    /// The rate of a step, the first being 0.
    pub fn rate(&self, step: u64) -> f64 {
        if step < self.warmup {
            return self.peak * (step + 1) as f64 / self.warmup as f64;
        }
        let Some(end) = self.decay_until else {
            return self.peak;
        };
        let through = (step - self.warmup) as f64 / end.saturating_sub(self.warmup).max(1) as f64;
        let height = 0.5 * (1.0 + (std::f64::consts::PI * through.min(1.0)).cos());
        self.last + (self.peak - self.last) * height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_fall() {
        let check = |schedule: Schedule, step: u64, expected: f64| {
            let rate = schedule.rate(step);
            assert!((rate - expected).abs() < 1e-12, "{rate}");
        };
        let cosine = Schedule::cosine(1.0, 4, 14, 0.1);
        check(cosine, 0, 0.25);
        check(cosine, 3, 1.0);
        check(cosine, 4, 1.0);
        check(cosine, 9, 0.55);
        check(cosine, 14, 0.1);
        check(cosine, 1000, 0.1);
        check(Schedule::constant(0.5, 0), 0, 0.5);
        check(Schedule::constant(0.5, 2), 0, 0.25);
        check(Schedule::constant(0.5, 2), 99, 0.5);
    }
}

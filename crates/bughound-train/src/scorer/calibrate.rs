//! From shares of a softmax to probabilities: Platt scaling (Platt, *Probabilistic outputs for support vector
//! machines*, 1999) on examples that the scorer has not learnt from.

use bughound_hound::scorer::{Calibration, logit};
use bughound_net::math::exp_f64;

use super::quality::Ranked;
use crate::example::Example;

const N_STEPS: usize = 50;

/// The offset and slope that make what happened most likely, by Newton's method; the other constants are kept.
pub fn calibrate(examples: &[&Example], ranked: &[Ranked], kept: Calibration) -> Calibration {
    let pairs: Vec<(f64, f64)> = examples
        .iter()
        .zip(ranked)
        .flat_map(|(example, ranked)| {
            example
                .is_gold
                .iter()
                .zip(&ranked.shares)
                .map(|(&gold, &share)| (f64::from(logit(share)), if gold { 1.0 } else { 0.0 }))
        })
        .collect();
    let (mut offset, mut slope) = (0.0_f64, 1.0_f64);
    for _ in 0..N_STEPS {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for &(x, y) in &pairs {
            let p = 1.0 / (1.0 + exp_f64(-(offset + slope * x)));
            let (error, weight) = (p - y, p * (1.0 - p));
            g0 += error;
            g1 += error * x;
            h00 += weight;
            h01 += weight * x;
            h11 += weight * x * x;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-12 {
            break;
        }
        let move_0 = (h11 * g0 - h01 * g1) / determinant;
        let move_1 = (h00 * g1 - h01 * g0) / determinant;
        offset -= move_0.clamp(-1.0, 1.0);
        slope -= move_1.clamp(-1.0, 1.0);
    }
    Calibration {
        offset: narrow(offset),
        slope: narrow(slope),
        ..kept
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the nearest single-precision number is meant"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_but_wrong_half_of_the_time_means_a_half() {
        // A share of 0.9 is right in 30 of 100 questions, and one of 0.1 in 10 of 100.
        let examples: Vec<Example> = (0..100)
            .map(|at| Example {
                is_gold: vec![at < 30, at % 10 == 0],
                ..Example::default()
            })
            .collect();
        let examples: Vec<&Example> = examples.iter().collect();
        let ranked = vec![
            Ranked {
                shares: vec![0.9, 0.1],
                ..Ranked::default()
            };
            100
        ];
        let calibration = calibrate(&examples, &ranked, Calibration::default());
        assert!((calibration.probability(0.9) - 0.3).abs() < 1e-3);
        assert!((calibration.probability(0.1) - 0.1).abs() < 1e-3);
    }
}

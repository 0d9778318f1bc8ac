//! One step of AdamW (arXiv 1711.05101), and norms.

use rayon::prelude::*;

use super::math::vectorized;

/// Numbers whose squares are added up before they meet the others'.
const PART: usize = 1 << 14;

/// What a step does to every number.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The learning rate.
    pub rate: f32,
    /// The decay of the mean of gradients.
    pub beta1: f32,
    /// The decay of the mean of their squares.
    pub beta2: f32,
    /// What is added below the fraction's line.
    pub eps: f32,
    /// Decoupled weight decay.
    pub decay: f32,
    /// What gradients are multiplied by, as clipping wants it.
    pub scale: f32,
    /// `1 - beta1^step`.
    pub correction1: f32,
    /// `1 - beta2^step`.
    pub correction2: f32,
}

/// Moves `weights` along `gradients`, with both moments.
pub fn step(
    weights: &mut [f32],
    gradients: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    by: Step,
) {
    weights
        .par_chunks_mut(PART)
        .zip(gradients.par_chunks(PART))
        .zip(mean.par_chunks_mut(PART).zip(square.par_chunks_mut(PART)))
        .for_each(|((w, g), (m, s))| {
            let root = by.correction2.sqrt();
            let rate = by.rate / by.correction1;
            vectorized(
                #[inline(always)]
                || {
                    for (((w, g), m), s) in w.iter_mut().zip(g).zip(m).zip(s) {
                        let g = g * by.scale;
                        *m = by.beta1 * *m + (1.0 - by.beta1) * g;
                        *s = by.beta2 * *s + (1.0 - by.beta2) * g * g;
                        let move_by = rate * *m / (s.sqrt() / root + by.eps);
                        *w = *w * (1.0 - by.rate * by.decay) - move_by;
                    }
                },
            );
        });
}

/// `√Σ x²`, in double precision.
pub fn norm(numbers: &[f32]) -> f64 {
    let parts: Vec<f64> = numbers
        .par_chunks(PART)
        .map(|part| {
            vectorized(
                #[inline(always)]
                || {
                    let mut sums = [0.0f64; 8];
                    let chunks = part.chunks_exact(8);
                    let rest = chunks.remainder();
                    for chunk in chunks {
                        for (sum, x) in sums.iter_mut().zip(chunk) {
                            *sum += f64::from(*x) * f64::from(*x);
                        }
                    }
                    for (sum, x) in sums.iter_mut().zip(rest) {
                        *sum += f64::from(*x) * f64::from(*x);
                    }
                    sums.iter().sum::<f64>()
                },
            )
        })
        .collect();
    parts.iter().sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::testing::numbers;
    use super::*;

    /// The textbook's AdamW in double precision.
    #[test]
    fn steps_are_the_textbooks() {
        let (rate, beta1, beta2, eps, decay) = (1e-2f64, 0.9f64, 0.95f64, 1e-8f64, 0.1f64);
        let mut weights = numbers(1, 37);
        let mut exact: Vec<f64> = weights.iter().map(|w| f64::from(*w)).collect();
        let (mut m, mut s) = (vec![0.0; 37], vec![0.0; 37]);
        let (mut exact_m, mut exact_s) = (vec![0.0f64; 37], vec![0.0f64; 37]);
        for at in 1..=5 {
            let gradients = numbers(10 + at as u64, 37);
            let correction = |beta: f64| (1.0 - beta.powi(at)) as f32;
            let by = Step {
                rate: rate as f32,
                beta1: beta1 as f32,
                beta2: beta2 as f32,
                eps: eps as f32,
                decay: decay as f32,
                scale: 0.5,
                correction1: correction(beta1),
                correction2: correction(beta2),
            };
            step(&mut weights, &gradients, &mut m, &mut s, by);
            for i in 0..37 {
                let g = 0.5 * f64::from(gradients[i]);
                exact_m[i] = beta1 * exact_m[i] + (1.0 - beta1) * g;
                exact_s[i] = beta2 * exact_s[i] + (1.0 - beta2) * g * g;
                let mean = exact_m[i] / (1.0 - beta1.powi(at));
                let square = exact_s[i] / (1.0 - beta2.powi(at));
                exact[i] -= rate * decay * exact[i] + rate * mean / (square.sqrt() + eps);
            }
        }
        for (found, expected) in weights.iter().zip(exact) {
            assert!((f64::from(*found) - expected).abs() < 1e-6);
        }
        assert!((norm(&[3.0; 16]) - 12.0).abs() < 1e-9);
    }
}

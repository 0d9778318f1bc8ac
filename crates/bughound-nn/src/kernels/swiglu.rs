//! SwiGLU (arXiv 2002.05202): `y = silu(gate) · up`.

use super::math::{sigmoid, vectorized};
use super::parallel;

const COST: usize = 24;

/// `y = silu(gate) · up`.
pub fn forward(y: &mut [f32], gate: &[f32], up: &[f32]) {
    let piece = parallel::rows_per_task(y.len(), COST, 64);
    parallel::over_rows(y, 1, piece, |first, y| {
        let range = first..first + y.len();
        let (gate, up) = (&gate[range.clone()], &up[range]);
        vectorized(
            #[inline(always)]
            || {
                for ((y, g), u) in y.iter_mut().zip(gate).zip(up) {
                    *y = g * sigmoid(*g) * u;
                }
            },
        );
    });
}

/// Replaces `gate` and `up` by their gradients.
pub fn backward(gate: &mut [f32], up: &mut [f32], dy: &[f32]) {
    use rayon::prelude::*;
    let piece = parallel::rows_per_task(dy.len(), 2 * COST, 64);
    gate.par_chunks_mut(piece)
        .zip(up.par_chunks_mut(piece))
        .zip(dy.par_chunks(piece))
        .for_each(|((gate, up), dy)| {
            vectorized(
                #[inline(always)]
                || {
                    for ((g, u), dy) in gate.iter_mut().zip(up).zip(dy) {
                        let s = sigmoid(*g);
                        let silu = *g * s;
                        let d_gate = dy * *u * (s + silu * (1.0 - s));
                        *u = dy * silu;
                        *g = d_gate;
                    }
                },
            );
        });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finite_differences, numbers, weighed};
    use super::*;

    #[test]
    fn gradients_are_differences() {
        let (gate, up, dy) = (numbers(1, 90), numbers(2, 90), numbers(3, 90));
        let loss = |gate: &[f32], up: &[f32]| {
            let mut y = vec![0.0; 90];
            forward(&mut y, gate, up);
            weighed(&dy, &y)
        };
        let (mut d_gate, mut d_up) = (gate.clone(), up.clone());
        backward(&mut d_gate, &mut d_up, &dy);
        finite_differences(&gate, &d_gate, 2e-3, |gate| loss(gate, &up));
        finite_differences(&up, &d_up, 2e-3, |up| loss(&gate, up));
    }
}

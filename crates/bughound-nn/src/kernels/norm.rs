//! RMSNorm (arXiv 1910.07467): `y = w · x / √(mean(x²) + ε)`.

use rayon::prelude::*;

use super::math::{self, vectorized};
use super::parallel;

/// Rows whose gradients of the weight are added up before they meet the others'.
const ROWS_PER_PART: usize = 256;

/// `y[t, c] = norm(x[t, c]) · w[c]`.
pub fn forward(y: &mut [f32], x: &[f32], w: &[f32], eps: f32) {
    let width = w.len();
    let rows = parallel::rows_per_task(x.len() / width, 4 * width, 1);
    parallel::over_rows(y, width, rows, |first, y| {
        let x = &x[first * width..][..y.len()];
        vectorized(
            #[inline(always)]
            || {
                for (y, x) in y.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
                    let factor = inverse_root(x, eps);
                    for ((y, x), w) in y.iter_mut().zip(x).zip(w) {
                        *y = w * (x * factor);
                    }
                }
            },
        );
    });
}

/// `dx (+)= …`, and `dw += …` where the weight is learnt.
pub fn backward(
    dx: &mut [f32],
    dw: Option<&mut [f32]>,
    dy: &[f32],
    x: &[f32],
    w: &[f32],
    eps: f32,
    add: bool,
) {
    let width = w.len();
    if let Some(dw) = dw {
        let parts: Vec<Vec<f32>> = dy
            .par_chunks(ROWS_PER_PART * width)
            .zip(x.par_chunks(ROWS_PER_PART * width))
            .map(|(dy, x)| {
                vectorized(
                    #[inline(always)]
                    || weight_part(dy, x, width, eps),
                )
            })
            .collect();
        for part in parts {
            for (dw, part) in dw.iter_mut().zip(part) {
                *dw += part;
            }
        }
    }
    let rows = parallel::rows_per_task(x.len() / width, 8 * width, 1);
    parallel::over_rows(dx, width, rows, |first, dx| {
        let range = first * width..first * width + dx.len();
        let (dy, x) = (&dy[range.clone()], &x[range]);
        vectorized(
            #[inline(always)]
            || input(dx, dy, x, w, eps, add),
        );
    });
}

#[inline(always)]
fn inverse_root(x: &[f32], eps: f32) -> f32 {
    let mean = math::sum(x, |x| x * x) / x.len() as f32;
    1.0 / (mean + eps).sqrt()
}

#[inline(always)]
fn weight_part(dy: &[f32], x: &[f32], width: usize, eps: f32) -> Vec<f32> {
    let mut dw = vec![0.0; width];
    for (dy, x) in dy.chunks_exact(width).zip(x.chunks_exact(width)) {
        let factor = inverse_root(x, eps);
        for ((dw, dy), x) in dw.iter_mut().zip(dy).zip(x) {
            *dw += dy * (x * factor);
        }
    }
    dw
}

#[inline(always)]
fn input(dx: &mut [f32], dy: &[f32], x: &[f32], w: &[f32], eps: f32, add: bool) {
    let width = w.len();
    let mut scaled = vec![0.0; width];
    let rows = dx
        .chunks_exact_mut(width)
        .zip(dy.chunks_exact(width))
        .zip(x.chunks_exact(width));
    for ((dx, dy), x) in rows {
        let factor = inverse_root(x, eps);
        for ((scaled, dy), w) in scaled.iter_mut().zip(dy).zip(w) {
            *scaled = dy * w;
        }
        let along = math::sum2(&scaled, x, |d, x| d * x) * factor * factor / width as f32;
        for ((dx, scaled), x) in dx.iter_mut().zip(&scaled).zip(x) {
            let change = factor * (scaled - x * along);
            *dx = if add { *dx + change } else { change };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finite_differences, numbers, same_bits_with_threads, weighed};
    use super::*;

    #[test]
    fn gradients_are_differences() {
        for (rows, width) in [(3, 8), (5, 33), (300, 16)] {
            let (x, w, dy) = (
                numbers(1, rows * width),
                numbers(2, width),
                numbers(3, rows * width),
            );
            let loss = |x: &[f32], w: &[f32]| {
                let mut y = vec![0.0; x.len()];
                forward(&mut y, x, w, 1e-6);
                weighed(&dy, &y)
            };
            let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; width]);
            backward(&mut dx, Some(&mut dw), &dy, &x, &w, 1e-6, true);
            finite_differences(&x, &dx, 2e-3, |x| loss(x, &w));
            finite_differences(&w, &dw, 2e-3, |w| loss(&x, w));
        }
    }

    #[test]
    fn threads_change_nothing() {
        let (rows, width) = (3000, 48);
        let (x, w, dy) = (
            numbers(1, rows * width),
            numbers(2, width),
            numbers(3, rows * width),
        );
        same_bits_with_threads(|| {
            let (mut y, mut dx, mut dw) =
                (vec![0.0; x.len()], vec![0.5; x.len()], vec![0.0; width]);
            forward(&mut y, &x, &w, 1e-6);
            backward(&mut dx, Some(&mut dw), &dy, &x, &w, 1e-6, true);
            [y, dx, dw].concat()
        });
    }
}

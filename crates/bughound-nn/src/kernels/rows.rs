//! Products of rows with rows, `y[t, v] = x[t, c] · wᵀ` with `w` as `[v, c]`: logits, whose weights lie as embeddings do.
//!
//! A number is summed in as many parts as a vector has lanes, and then across: neither side has to be packed, so that
//! one token costs no more than reading the weights.

#![allow(
    clippy::needless_range_loop,
    reason = "arrays of accumulators stay in registers where indices are constants"
)]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::parallel;

/// Rows and columns of a full tile.
const TILE: usize = 4;
/// Rows of `w` that stay in the cache while all rows of `x` pass.
const BLOCK: usize = 192;

/// `y[t, v] = x[t, c] · w[v, c]ᵀ`, `y` having rows of `stride`; one thread.
pub fn rows_by_rows(y: &mut [f32], stride: usize, x: &[f32], w: &[f32], inner: usize) {
    Arch::new().dispatch(RowsByRows {
        y,
        stride,
        x,
        w,
        inner,
    });
}

/// All logits `y[t, v]` of a few rows `x[t, c]`, the vocabulary split between threads.
pub fn logits(y: &mut [f32], x: &[f32], w: &[f32], inner: usize) {
    let (m, n) = (x.len() / inner, w.len() / inner);
    let columns = parallel::rows_per_task(n, m * inner, TILE);
    if columns >= n {
        rows_by_rows(y, n, x, w, inner);
        return;
    }
    let parts: Vec<Vec<f32>> = w
        .par_chunks(columns * inner)
        .map(|w| {
            let width = w.len() / inner;
            let mut part = vec![0.0; m * width];
            rows_by_rows(&mut part, width, x, w, inner);
            part
        })
        .collect();
    for (index, part) in parts.iter().enumerate() {
        let width = part.len() / m;
        for (y, part) in y.chunks_exact_mut(n).zip(part.chunks_exact(width)) {
            y[index * columns..][..width].copy_from_slice(part);
        }
    }
}

struct RowsByRows<'a> {
    y: &'a mut [f32],
    stride: usize,
    x: &'a [f32],
    w: &'a [f32],
    inner: usize,
}

impl WithSimd for RowsByRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            y,
            stride,
            x,
            w,
            inner,
        } = self;
        let (m, n) = (x.len() / inner, w.len() / inner);
        for block in (0..n).step_by(BLOCK) {
            let end = n.min(block + BLOCK);
            for row in (0..m).step_by(TILE) {
                for column in (block..end).step_by(TILE) {
                    let (rows, columns) = (TILE.min(m - row), TILE.min(end - column));
                    let (x, w) = (&x[row * inner..], &w[column * inner..]);
                    let y = &mut y[row * stride + column..];
                    match (rows, columns) {
                        (TILE, TILE) => dots::<S, TILE, TILE>(simd, x, w, inner, y, stride),
                        (1, TILE) => dots::<S, 1, TILE>(simd, x, w, inner, y, stride),
                        _ => {
                            for r in 0..rows {
                                for c in 0..columns {
                                    let (x, w) = (&x[r * inner..], &w[c * inner..]);
                                    dots::<S, 1, 1>(
                                        simd,
                                        x,
                                        w,
                                        inner,
                                        &mut y[r * stride + c..],
                                        stride,
                                    );
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn dots<S: Simd, const R: usize, const C: usize>(
    simd: S,
    x: &[f32],
    w: &[f32],
    inner: usize,
    y: &mut [f32],
    stride: usize,
) {
    let xs: [_; R] = core::array::from_fn(|r| S::as_simd_f32s(&x[r * inner..(r + 1) * inner]));
    let ws: [_; C] = core::array::from_fn(|c| S::as_simd_f32s(&w[c * inner..(c + 1) * inner]));
    let mut sums = [[simd.splat_f32s(0.0); C]; R];
    let steps = inner / S::F32_LANES;
    for step in 0..steps {
        let mut w = [simd.splat_f32s(0.0); C];
        for c in 0..C {
            w[c] = ws[c].0[step];
        }
        for r in 0..R {
            let x = xs[r].0[step];
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f32s(x, w[c], sums[r][c]);
            }
        }
    }
    if steps * S::F32_LANES < inner {
        for r in 0..R {
            let x = simd.partial_load_f32s(xs[r].1);
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f32s(x, simd.partial_load_f32s(ws[c].1), sums[r][c]);
            }
        }
    }
    for r in 0..R {
        for c in 0..C {
            y[r * stride + c] = simd.reduce_sum_f32s(sums[r][c]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{close, numbers};
    use super::*;

    #[test]
    fn rows_by_rows_is_the_product() {
        for (m, n, inner) in [(1, 5, 3), (4, 4, 16), (7, 200, 40), (9, 3, 33)] {
            let (x, w) = (numbers(1, m * inner), numbers(2, n * inner));
            let mut y = vec![0.0; m * n];
            rows_by_rows(&mut y, n, &x, &w, inner);
            let mut expected = vec![0.0; m * n];
            for i in 0..m {
                for j in 0..n {
                    expected[i * n + j] = (0..inner)
                        .map(|p| x[i * inner + p] * w[j * inner + p])
                        .sum();
                }
            }
            close(&y, &expected, 1e-5);
            for i in 0..m {
                let mut one = vec![0.0; n];
                rows_by_rows(&mut one, n, &x[i * inner..(i + 1) * inner], &w, inner);
                assert_eq!(one, y[i * n..(i + 1) * n]);
            }
        }
    }
}

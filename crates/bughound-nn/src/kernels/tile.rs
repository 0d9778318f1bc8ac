//! The innermost loops of all products: a few rows of one matrix times a few columns of another, in registers.
//!
//! Each number is `((a0·b0 + a1·b1) + a2·b2) + …` with fused additions where the processor has them, in the order of
//! the inner dimension and beginning with what is already there. Whoever calls this with other tiles gets the
//! same bits.

#![allow(
    clippy::needless_range_loop,
    clippy::manual_memcpy,
    reason = "arrays of accumulators stay in registers where indices are constants"
)]

use pulp::{Arch, Simd, WithSimd};

/// Rows of a full tile: with 4 vectors of AVX-512, 24 of 32 registers are accumulators.
pub(super) const ROWS: usize = 6;

/// Vectors side by side in a full tile.
pub(super) const fn vectors<S: Simd>() -> usize {
    if S::F32_LANES >= 16 { 4 } else { 2 }
}

/// Columns of a full tile.
pub(super) const fn columns<S: Simd>() -> usize {
    vectors::<S>() * S::F32_LANES
}

/// The most columns of a full tile on any processor.
pub(super) const MAX_COLUMNS: usize = 64;

/// `out (+)= a · b` for `R` rows and `V` vectors of columns. `a` is packed: `R` numbers for each step of the inner
/// dimension. `b` has rows of `b_stride`, of which the columns from `column` are used.
#[inline(always)]
pub(super) fn micro<S: Simd, const R: usize, const V: usize>(
    simd: S,
    a: &[f32],
    (b, b_stride, column): (&[f32], usize, usize),
    out: &mut [f32],
    out_stride: usize,
    add: bool,
) {
    let width = V * S::F32_LANES;
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    if add {
        for r in 0..R {
            let row = &S::as_simd_f32s(&out[r * out_stride..r * out_stride + width]).0[..V];
            for v in 0..V {
                sums[r][v] = row[v];
            }
        }
    }
    for (a, b) in a.chunks_exact(R).zip(b.chunks_exact(b_stride)) {
        let b = &S::as_simd_f32s(&b[column..column + width]).0[..V];
        for r in 0..R {
            let factor = simd.splat_f32s(a[r]);
            for v in 0..V {
                sums[r][v] = simd.mul_add_e_f32s(factor, b[v], sums[r][v]);
            }
        }
    }
    for r in 0..R {
        let row = S::as_mut_simd_f32s(&mut out[r * out_stride..r * out_stride + width]).0;
        let row = &mut row[..V];
        for v in 0..V {
            row[v] = sums[r][v];
        }
    }
}

/// The left side of a product: element (row, k) is at `row * row_stride + k * inner_stride`.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    pub(super) data: &'a [f32],
    pub(super) row_stride: usize,
    pub(super) inner_stride: usize,
}

/// The most steps of the inner dimension that [`small`] packs at once.
const INNER: usize = 256;

/// The right side of a product that is not packed: rows of `stride`, of which columns from `first` on are used.
#[derive(Clone, Copy)]
pub(super) struct RightRows<'a> {
    pub(super) data: &'a [f32],
    pub(super) stride: usize,
    pub(super) first: usize,
}

/// Where a product goes: rows of `stride`, added to what is there or not.
pub(super) struct Out<'a> {
    pub(super) data: &'a mut [f32],
    pub(super) stride: usize,
    pub(super) add: bool,
}

/// `out (+)= a · b` with few rows or everything in the cache, of shape (rows, columns, inner).
pub(super) fn small(shape: (usize, usize, usize), a: Left<'_>, b: RightRows<'_>, out: Out<'_>) {
    Arch::new().dispatch(Small { shape, a, b, out });
}

struct Small<'a> {
    shape: (usize, usize, usize),
    a: Left<'a>,
    b: RightRows<'a>,
    out: Out<'a>,
}

impl WithSimd for Small<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            shape: (m, n, inner),
            a,
            b,
            out,
        } = self;
        let mut packed = [0.0f32; ROWS * INNER];
        for begin in (0..inner.max(1)).step_by(INNER) {
            let steps = INNER.min(inner - begin);
            let b = RightRows {
                data: &b.data[begin * b.stride..(begin + steps) * b.stride],
                ..b
            };
            let mut row = 0;
            while row < m {
                let a = Left {
                    data: &a.data[row * a.row_stride + begin * a.inner_stride..],
                    ..a
                };
                let out = &mut Out {
                    data: &mut out.data[row * out.stride..],
                    stride: out.stride,
                    add: out.add || begin > 0,
                };
                row += match m - row {
                    1 => row_group::<S, 1>(simd, n, a, b, out, &mut packed[..steps]),
                    2 | 3 => row_group::<S, 2>(simd, n, a, b, out, &mut packed[..2 * steps]),
                    4 | 5 => row_group::<S, 4>(simd, n, a, b, out, &mut packed[..4 * steps]),
                    _ => row_group::<S, ROWS>(simd, n, a, b, out, &mut packed[..ROWS * steps]),
                };
            }
        }
    }
}

#[inline(always)]
fn row_group<S: Simd, const R: usize>(
    simd: S,
    n: usize,
    a: Left<'_>,
    b: RightRows<'_>,
    out: &mut Out<'_>,
    packed: &mut [f32],
) -> usize {
    pack::<R>(a, R, packed);
    let lanes = S::F32_LANES;
    let mut column = 0;
    while column < n {
        let left = n - column;
        let b = (b.data, b.stride, b.first + column);
        let target = &mut out.data[column..];
        if S::F32_LANES >= 16 && left >= 4 * lanes {
            micro::<S, R, 4>(simd, packed, b, target, out.stride, out.add);
            column += 4 * lanes;
        } else if left >= 2 * lanes {
            micro::<S, R, 2>(simd, packed, b, target, out.stride, out.add);
            column += 2 * lanes;
        } else if left >= lanes {
            micro::<S, R, 1>(simd, packed, b, target, out.stride, out.add);
            column += lanes;
        } else {
            edge::<S, R>(simd, packed, b, left, target, out.stride, out.add);
            column = n;
        }
    }
    R
}

/// Fewer columns than a vector has lanes.
#[inline(always)]
fn edge<S: Simd, const R: usize>(
    simd: S,
    a: &[f32],
    (b, b_stride, column): (&[f32], usize, usize),
    width: usize,
    out: &mut [f32],
    out_stride: usize,
    add: bool,
) {
    for r in 0..R {
        let row = &mut out[r * out_stride..r * out_stride + width];
        let mut sum = simd.splat_f32s(0.0);
        if add {
            sum = simd.partial_load_f32s(row);
        }
        for (a, b) in a.chunks_exact(R).zip(b.chunks_exact(b_stride)) {
            let b = simd.partial_load_f32s(&b[column..column + width]);
            sum = simd.mul_add_e_f32s(simd.splat_f32s(a[r]), b, sum);
        }
        simd.partial_store_f32s(row, sum);
    }
}

/// Puts `rows` rows of `a` side by side, `R` numbers for each step; what is missing is zero.
#[inline(always)]
pub(super) fn pack<const R: usize>(a: Left<'_>, rows: usize, packed: &mut [f32]) {
    if rows < R {
        packed.fill(0.0);
    }
    let steps = packed.len() / R;
    if rows == R && a.inner_stride == 1 {
        let rows: [&[f32]; R] = core::array::from_fn(|row| &a.data[row * a.row_stride..][..steps]);
        for (step, to) in packed.chunks_exact_mut(R).enumerate() {
            for r in 0..R {
                to[r] = rows[r][step];
            }
        }
    } else if rows == R && a.row_stride == 1 {
        for (step, to) in packed.chunks_exact_mut(R).enumerate() {
            let from = &a.data[step * a.inner_stride..][..R];
            for r in 0..R {
                to[r] = from[r];
            }
        }
    } else {
        for (step, to) in packed.chunks_exact_mut(R).enumerate() {
            for (row, to) in to[..rows].iter_mut().enumerate() {
                *to = a.data[row * a.row_stride + step * a.inner_stride];
            }
        }
    }
}

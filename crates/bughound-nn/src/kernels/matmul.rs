//! Linear maps: `y = x · W` with `W` as `[in, out]`, and the way back.
//!
//! Large products are blocked for the caches as Goto and van de Geijn do (ACM TOMS 34, 2008): both sides are packed
//! so that [`super::tile`] reads them in order.

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::parallel;
use super::tile::{self, Left, MAX_COLUMNS, Out, ROWS, RightRows};

/// Steps of the inner dimension in one packed panel.
const INNER: usize = 256;
/// Rows of the left side packed at once.
const BLOCK_ROWS: usize = 120;
/// Columns of the right side packed at once.
const BLOCK_COLUMNS: usize = 1024;
/// From this many rows on, packing the right side pays.
const MANY_ROWS: usize = 24;

/// `y[t, out] (+)= x[t, in] · w[in, out]`.
pub fn linear(y: &mut [f32], x: &[f32], w: &[f32], (inputs, outputs): (usize, usize), add: bool) {
    let rows = y.len() / outputs;
    debug_assert_eq!(x.len(), rows * inputs);
    debug_assert_eq!(w.len(), inputs * outputs);
    if rows < MANY_ROWS {
        few_rows(y, x, w, (rows, outputs, inputs), add);
        return;
    }
    let x = Left {
        data: x,
        row_stride: inputs,
        inner_stride: 1,
    };
    let w = Right {
        data: w,
        inner_stride: outputs,
        column_stride: 1,
    };
    product(y, (rows, outputs, inputs), x, w, add);
}

/// `dx[t, in] (+)= dy[t, out] · wᵀ`.
pub fn linear_grad_input(
    dx: &mut [f32],
    dy: &[f32],
    w: &[f32],
    (inputs, outputs): (usize, usize),
    add: bool,
) {
    let rows = dx.len() / inputs;
    let dy = Left {
        data: dy,
        row_stride: outputs,
        inner_stride: 1,
    };
    let w = Right {
        data: w,
        inner_stride: 1,
        column_stride: outputs,
    };
    product(dx, (rows, inputs, outputs), dy, w, add);
}

/// `dw[in, out] += xᵀ · dy`.
pub fn linear_grad_weight(
    dw: &mut [f32],
    x: &[f32],
    dy: &[f32],
    (inputs, outputs): (usize, usize),
) {
    let rows = x.len() / inputs;
    let x = Left {
        data: x,
        row_stride: 1,
        inner_stride: inputs,
    };
    let dy = Right {
        data: dy,
        inner_stride: outputs,
        column_stride: 1,
    };
    product(dw, (inputs, outputs, rows), x, dy, true);
}

/// The right side of a product: element (k, column) is at `k * inner_stride + column * column_stride`.
#[derive(Clone, Copy)]
struct Right<'a> {
    data: &'a [f32],
    inner_stride: usize,
    column_stride: usize,
}

fn product(
    out: &mut [f32],
    (m, n, inner): (usize, usize, usize),
    a: Left<'_>,
    b: Right<'_>,
    add: bool,
) {
    let rows = parallel::rows_per_task(m, n * inner, BLOCK_ROWS.min(m.next_multiple_of(ROWS)));
    parallel::over_rows(out, n, rows, |first, out| {
        let a = Left {
            data: &a.data[first * a.row_stride..],
            ..a
        };
        PACKS.with_borrow_mut(|packs| {
            Arch::new().dispatch(Blocked {
                shape: (out.len() / n, n, inner),
                a,
                b,
                out,
                add,
                packs,
            });
        });
    });
}

thread_local! {
    static PACKS: RefCell<Packs> = const { RefCell::new(Packs { a: Vec::new(), b: Vec::new() }) };
}

/// Where a thread packs; kept from product to product.
struct Packs {
    a: Vec<f32>,
    b: Vec<f32>,
}

/// A slice of `len` that begins where a line of the cache does.
fn aligned(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    const LINE: usize = 16;
    if buffer.len() < len + LINE {
        buffer.resize(len + LINE, 0.0);
    }
    let skip = buffer.as_ptr().align_offset(LINE * size_of::<f32>());
    let skip = if skip < LINE { skip } else { 0 };
    &mut buffer[skip..skip + len]
}

struct Blocked<'a> {
    shape: (usize, usize, usize),
    a: Left<'a>,
    b: Right<'a>,
    out: &'a mut [f32],
    add: bool,
    packs: &'a mut Packs,
}

impl WithSimd for Blocked<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if tile::vectors::<S>() == 4 {
            blocked::<S, 4>(simd, self);
        } else {
            blocked::<S, 2>(simd, self);
        }
    }
}

#[inline(always)]
fn blocked<S: Simd, const V: usize>(simd: S, op: Blocked<'_>) {
    let Blocked {
        shape: (m, n, inner),
        a,
        b,
        out,
        add,
        packs,
    } = op;
    let width = tile::columns::<S>();
    if inner == 0 && !add {
        out.fill(0.0);
    }
    for first_column in (0..n).step_by(BLOCK_COLUMNS) {
        let columns = BLOCK_COLUMNS.min(n - first_column);
        let panels = columns.div_ceil(width);
        for begin in (0..inner).step_by(INNER) {
            let steps = INNER.min(inner - begin);
            let packed_b = aligned(&mut packs.b, panels * width * steps);
            for (panel, to) in packed_b.chunks_exact_mut(width * steps).enumerate() {
                let column = first_column + panel * width;
                pack_right(b, begin, column, width.min(n - column), width, to);
            }
            for first_row in (0..m).step_by(BLOCK_ROWS) {
                let rows = BLOCK_ROWS.min(m - first_row);
                let packed_a = aligned(&mut packs.a, rows.next_multiple_of(ROWS) * steps);
                for (tile, to) in packed_a.chunks_exact_mut(ROWS * steps).enumerate() {
                    let row = first_row + tile * ROWS;
                    let data = &a.data[row * a.row_stride + begin * a.inner_stride..];
                    tile::pack::<ROWS>(Left { data, ..a }, ROWS.min(m - row), to);
                }
                for (panel, b) in packed_b.chunks_exact(width * steps).enumerate() {
                    let column = first_column + panel * width;
                    let columns = width.min(n - column);
                    for (tile, a) in packed_a.chunks_exact(ROWS * steps).enumerate() {
                        let row = first_row + tile * ROWS;
                        let rows = ROWS.min(m - row);
                        let out = &mut out[row * n + column..];
                        let add = add || begin > 0;
                        if rows == ROWS && columns == width {
                            tile::micro::<S, ROWS, V>(simd, a, (b, width, 0), out, n, add);
                        } else {
                            let mut edge = [0.0; ROWS * MAX_COLUMNS];
                            for r in 0..rows {
                                edge[r * width..][..columns]
                                    .copy_from_slice(&out[r * n..][..columns]);
                            }
                            tile::micro::<S, ROWS, V>(
                                simd,
                                a,
                                (b, width, 0),
                                &mut edge,
                                width,
                                add,
                            );
                            for r in 0..rows {
                                out[r * n..][..columns]
                                    .copy_from_slice(&edge[r * width..][..columns]);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Columns `column..column + columns` of `b` as rows of `width`, zeros at their end.
#[inline(always)]
fn pack_right(
    b: Right<'_>,
    begin: usize,
    column: usize,
    columns: usize,
    width: usize,
    to: &mut [f32],
) {
    if columns < width {
        to.fill(0.0);
    }
    let steps = to.len() / width;
    if b.column_stride == 1 {
        for (step, to) in to.chunks_exact_mut(width).enumerate() {
            let from = &b.data[(begin + step) * b.inner_stride + column..][..columns];
            to[..columns].copy_from_slice(from);
        }
    } else {
        // 16 columns at once, so that what is written stays in the nearest cache.
        for group in (0..columns).step_by(16) {
            for c in group..columns.min(group + 16) {
                let from = &b.data[(column + c) * b.column_stride + begin..][..steps];
                for (to, from) in to[c..].iter_mut().step_by(width).zip(from) {
                    *to = *from;
                }
            }
        }
    }
}

/// A handful of rows, as when one token follows another: weights are read once and as they lie.
fn few_rows(y: &mut [f32], x: &[f32], w: &[f32], (m, n, inner): (usize, usize, usize), add: bool) {
    let columns = parallel::rows_per_task(n, m * inner, MAX_COLUMNS);
    if columns >= n {
        rows_by_panels((m, n, inner), x, w, (n, 0), (y, n), add);
        return;
    }
    let parts: Vec<(usize, Vec<f32>)> = (0..n.div_ceil(columns))
        .into_par_iter()
        .map(|part| {
            let first = part * columns;
            let width = columns.min(n - first);
            let mut out = vec![0.0; m * width];
            if add {
                for (out, y) in out.chunks_exact_mut(width).zip(y.chunks_exact(n)) {
                    out.copy_from_slice(&y[first..first + width]);
                }
            }
            rows_by_panels((m, width, inner), x, w, (n, first), (&mut out, width), add);
            (first, out)
        })
        .collect();
    for (first, part) in parts {
        let width = part.len() / m;
        for (y, part) in y.chunks_exact_mut(n).zip(part.chunks_exact(width)) {
            y[first..first + width].copy_from_slice(part);
        }
    }
}

/// A few columns for all rows, then the next: the weights come from memory once.
fn rows_by_panels(
    (m, n, inner): (usize, usize, usize),
    x: &[f32],
    w: &[f32],
    (w_stride, first): (usize, usize),
    (y, y_stride): (&mut [f32], usize),
    add: bool,
) {
    for column in (0..n).step_by(MAX_COLUMNS) {
        tile::small(
            (m, MAX_COLUMNS.min(n - column), inner),
            Left {
                data: x,
                row_stride: inner,
                inner_stride: 1,
            },
            RightRows {
                data: w,
                stride: w_stride,
                first: first + column,
            },
            Out {
                data: &mut y[column..],
                stride: y_stride,
                add,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{close, numbers, same_bits_with_threads};
    use super::*;

    fn plain(x: &[f32], w: &[f32], (m, n, k): (usize, usize, usize)) -> Vec<f32> {
        let mut y = vec![0.0; m * n];
        for i in 0..m {
            for j in 0..n {
                let sum: f64 = (0..k)
                    .map(|p| f64::from(x[i * k + p]) * f64::from(w[p * n + j]))
                    .sum();
                y[i * n + j] = sum as f32;
            }
        }
        y
    }

    const SHAPES: [(usize, usize, usize); 9] = [
        (1, 1, 1),
        (1, 64, 48),
        (3, 100, 7),
        (5, 17, 300),
        (23, 33, 65),
        (24, 40, 31),
        (125, 70, 257),
        (130, 1030, 20),
        (64, 64, 600),
    ];

    #[test]
    fn products_are_what_they_should_be() {
        for (m, n, k) in SHAPES {
            let (x, w) = (numbers(1, m * k), numbers(2, k * n));
            let expected = plain(&x, &w, (m, n, k));
            let mut y = vec![0.0; m * n];
            linear(&mut y, &x, &w, (k, n), false);
            close(&y, &expected, 1e-5);

            let mut twice = y.clone();
            linear(&mut twice, &x, &w, (k, n), true);
            close(
                &twice,
                &expected.iter().map(|y| 2.0 * y).collect::<Vec<_>>(),
                1e-5,
            );

            let mut dx = numbers(3, m * k);
            linear_grad_input(&mut dx, &y, &w, (k, n), false);
            close(
                &dx,
                &plain(&y, &crate::params::transpose(&w, k, n), (m, k, n)),
                1e-5,
            );

            let mut dw = vec![0.0; k * n];
            linear_grad_weight(&mut dw, &x, &y, (k, n));
            close(
                &dw,
                &plain(&crate::params::transpose(&x, m, k), &y, (k, n, m)),
                1e-5,
            );
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_rows_beside_it() {
        for (m, n, k) in SHAPES {
            let (x, w) = (numbers(1, m * k), numbers(2, k * n));
            let mut all = vec![0.0; m * n];
            linear(&mut all, &x, &w, (k, n), false);
            for i in [0, m / 2, m - 1] {
                let mut one = vec![0.0; n];
                linear(&mut one, &x[i * k..(i + 1) * k], &w, (k, n), false);
                assert_eq!(one, all[i * n..(i + 1) * n]);
            }
        }
    }

    #[test]
    fn threads_change_nothing() {
        for (m, n, k) in [(250, 300, 130), (4, 3000, 700)] {
            let (x, w, dy) = (numbers(1, m * k), numbers(2, k * n), numbers(3, m * n));
            same_bits_with_threads(|| {
                let (mut y, mut dx, mut dw) =
                    (vec![0.5; m * n], vec![0.5; m * k], vec![0.5; k * n]);
                linear(&mut y, &x, &w, (k, n), true);
                linear_grad_input(&mut dx, &dy, &w, (k, n), true);
                linear_grad_weight(&mut dw, &x, &dy, (k, n));
                [y, dx, dw].concat()
            });
        }
    }
}

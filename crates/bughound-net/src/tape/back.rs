//! The way back: from the slope of a loss in a value to its slopes in what the value was computed from.

use super::{Op, SegmentKind, Tape, Var};
use crate::kernels::{add_scaled, dot, sum};
use crate::{Grads, Matrix};

impl Tape<'_> {
    /// The slopes of one number in all parameters.
    ///
    /// # Panics
    /// Where the value has more than one number.
    pub fn backward(&self, loss: Var) -> Grads {
        assert_eq!(self.value(loss).shape(), (1, 1), "a loss is one number");
        self.backward_from(loss, Matrix::filled(1, 1, 1.0))
    }

    /// The slopes in all parameters of a loss whose slope in one value is known: how a computation goes on that ran
    /// over several tapes.
    ///
    /// # Panics
    /// Where the slope has another shape than the value.
    pub fn backward_from(&self, var: Var, slope: Matrix) -> Grads {
        assert_eq!(
            self.value(var).shape(),
            slope.shape(),
            "a slope in each number"
        );
        let mut slopes = Slopes {
            tape: self,
            by_node: vec![None; var.0 + 1],
        };
        slopes.add(var, slope);
        let mut grads = Grads::new();
        for at in (0..=var.0).rev() {
            let Some(slope) = slopes.by_node[at].take() else {
                continue;
            };
            if let Op::Param(id) = self.nodes[at].op {
                grads.add_to(id, slope);
            } else {
                self.back(Var(at), slope, &mut slopes);
            }
        }
        grads
    }

    /// Hands the slope in one value on to what it was computed from.
    fn back(&self, var: Var, slope: Matrix, to: &mut Slopes<'_, '_>) {
        let made = self.value(var);
        match &self.nodes[var.0].op {
            Op::Input | Op::Param(_) => {}
            Op::MatMul(a, b) => {
                to.add_if(*a, || slope.matmul_transposed(self.value(*b)));
                to.add_if(*b, || self.value(*a).transposed_matmul(&slope));
            }
            Op::MatMulTransposed(a, b) => {
                to.add_if(*a, || slope.matmul(self.value(*b)));
                to.add_if(*b, || slope.transposed_matmul(self.value(*a)));
            }
            Op::Add(a, b) => {
                to.add_if(*a, || slope.clone());
                to.add_if(*b, || slope);
            }
            Op::AddRow(a, row) => {
                to.add_if(*row, || column_sums(&slope));
                to.add_if(*a, || slope);
            }
            Op::Sub(a, b) => {
                to.add_if(*a, || slope.clone());
                to.add_if(*b, || slope.map(|s| -s));
            }
            Op::Mul(a, b) => {
                to.add_if(*a, || slope.zip_with(self.value(*b), |s, b| s * b));
                to.add_if(*b, || slope.zip_with(self.value(*a), |s, a| s * a));
            }
            Op::Scale(a, factor) => to.add(*a, slope.map(|s| factor * s)),
            Op::Relu(a) => to.add(
                *a,
                slope.zip_with(made, |s, y| if y > 0.0 { s } else { 0.0 }),
            ),
            Op::Tanh(a) => to.add(*a, slope.zip_with(made, |s, y| s * (1.0 - y * y))),
            Op::Sigmoid(a) => to.add(*a, slope.zip_with(made, |s, y| s * y * (1.0 - y))),
            Op::Exp(a) => to.add(*a, slope.zip_with(made, |s, y| s * y)),
            Op::LayerNorm {
                input,
                gain,
                bias,
                normal,
                inverse,
            } => {
                to.add_if(*bias, || column_sums(&slope));
                to.add_if(*gain, || column_sums(&slope.zip_with(normal, |s, n| s * n)));
                to.add_if(*input, || {
                    layer_norm_back(slope, &self.value(*gain).data, normal, inverse)
                });
            }
            Op::SoftmaxRows(a) => {
                let mut back = slope;
                for row in 0..back.rows {
                    let probabilities = made.row(row);
                    let mean = dot(back.row(row), probabilities);
                    for (s, p) in back.row_mut(row).iter_mut().zip(probabilities) {
                        *s = p * (*s - mean);
                    }
                }
                to.add(*a, back);
            }
            Op::LogSoftmax(a) => {
                let total = sum(&slope.data);
                to.add(
                    *a,
                    slope.zip_with(made, |s, log| s - total * crate::math::exp(log)),
                );
            }
            Op::ConcatCols(parts) => {
                let mut from = 0;
                for &part in parts {
                    let cols = self.value(part).cols;
                    to.add_if(part, || columns(&slope, from, cols));
                    from += cols;
                }
            }
            Op::SliceCols(a, from) => {
                let whole = self.value(*a);
                let mut back = Matrix::zeros(whole.rows, whole.cols);
                for row in 0..slope.rows {
                    back.row_mut(row)[*from..from + slope.cols].copy_from_slice(slope.row(row));
                }
                to.add(*a, back);
            }
            Op::GatherRows(a, rows) => {
                let whole = self.value(*a);
                let mut back = Matrix::zeros(whole.rows, whole.cols);
                for (at, &row) in rows.iter().enumerate() {
                    add_scaled(back.row_mut(row), 1.0, slope.row(at));
                }
                to.add(*a, back);
            }
            Op::BroadcastRow(row) => to.add(*row, column_sums(&slope)),
            Op::Segments {
                input,
                kind,
                segments,
                chosen,
                counts,
            } => {
                let from = self.value(*input);
                let mut back = Matrix::zeros(from.rows, from.cols);
                if *kind == SegmentKind::Max {
                    for (at, row) in chosen.iter().enumerate() {
                        if let Some(row) = row {
                            back.row_mut(*row)[at % from.cols] = slope.data[at];
                        }
                    }
                } else {
                    for (row, &segment) in segments.iter().enumerate() {
                        let share = match kind {
                            SegmentKind::Mean => 1.0 / counts[segment].max(1) as f32,
                            _ => 1.0,
                        };
                        add_scaled(back.row_mut(row), share, slope.row(segment));
                    }
                }
                to.add(*input, back);
            }
            Op::Dropout(a, mask) => to.add(*a, times(slope, mask)),
            Op::WeightedSum(a, weights) => {
                let from = self.value(*a);
                let data = weights.iter().map(|w| slope.data[0] * w).collect();
                to.add(*a, Matrix::new(from.rows, from.cols, data));
            }
            Op::CrossEntropy { scores, slopes } => {
                let from = self.value(*scores);
                let data = slopes.iter().map(|s| slope.data[0] * s).collect();
                to.add(*scores, Matrix::new(from.rows, from.cols, data));
            }
        }
    }
}

/// The slopes that are known so far, by value.
struct Slopes<'t, 'a> {
    tape: &'t Tape<'a>,
    by_node: Vec<Option<Matrix>>,
}

impl Slopes<'_, '_> {
    fn add(&mut self, var: Var, slope: Matrix) {
        self.add_if(var, || slope);
    }

    /// Adds a slope where a parameter depends on it; else it is not even computed.
    fn add_if(&mut self, var: Var, slope: impl FnOnce() -> Matrix) {
        if !self.tape.nodes[var.0].learns {
            return;
        }
        match &mut self.by_node[var.0] {
            Some(sum) => sum.add_assign(&slope()),
            empty => *empty = Some(slope()),
        }
    }
}

fn layer_norm_back(mut slope: Matrix, gains: &[f32], normal: &Matrix, inverse: &[f32]) -> Matrix {
    let n = slope.cols.max(1) as f32;
    for (at, &inverse) in inverse.iter().enumerate() {
        let row = slope.row_mut(at);
        for (s, gain) in row.iter_mut().zip(gains) {
            *s *= gain;
        }
        let mean = sum(row) / n;
        let along = dot(row, normal.row(at)) / n;
        for (s, x) in row.iter_mut().zip(normal.row(at)) {
            *s = inverse * (*s - mean - x * along);
        }
    }
    slope
}

/// One row: each column added up from the first row to the last.
fn column_sums(matrix: &Matrix) -> Matrix {
    let mut sums = Matrix::zeros(1, matrix.cols);
    for row in 0..matrix.rows {
        add_scaled(&mut sums.data, 1.0, matrix.row(row));
    }
    sums
}

fn columns(matrix: &Matrix, from: usize, n: usize) -> Matrix {
    let mut part = Matrix::zeros(matrix.rows, n);
    for row in 0..matrix.rows {
        part.row_mut(row)
            .copy_from_slice(&matrix.row(row)[from..from + n]);
    }
    part
}

fn times(mut matrix: Matrix, factors: &[f32]) -> Matrix {
    for (value, factor) in matrix.data.iter_mut().zip(factors) {
        *value *= factor;
    }
    matrix
}

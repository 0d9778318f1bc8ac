//! Products, sums, and functions of single values.

use super::{Op, Tape, Var};
use crate::kernels::{dot, sum};
use crate::{Matrix, Rng, math};

/// Keeps the division by a row's standard deviation finite.
const EPSILON: f32 = 1e-5;

impl Tape<'_> {
    /// `a · b`.
    pub fn matmul(&mut self, a: Var, b: Var) -> Var {
        let value = self.value(a).matmul(self.value(b));
        self.push(value, &[a, b], Op::MatMul(a, b))
    }

    /// `a · bᵀ`: all pairs of rows.
    pub fn matmul_transposed(&mut self, a: Var, b: Var) -> Var {
        let value = self.value(a).matmul_transposed(self.value(b));
        self.push(value, &[a, b], Op::MatMulTransposed(a, b))
    }

    /// `a + b`.
    pub fn add(&mut self, a: Var, b: Var) -> Var {
        let value = self.value(a).zip_with(self.value(b), |a, b| a + b);
        self.push(value, &[a, b], Op::Add(a, b))
    }

    /// A row added to each row of `a`.
    pub fn add_row(&mut self, a: Var, row: Var) -> Var {
        let mut value = self.value(a).clone();
        let added = self.value(row);
        assert_eq!(added.shape(), (1, value.cols), "a row to be added");
        for at in 0..value.rows {
            for (value, more) in value.row_mut(at).iter_mut().zip(&added.data) {
                *value += more;
            }
        }
        self.push(value, &[a, row], Op::AddRow(a, row))
    }

    /// `a · weights + bias`, the bias added to each row.
    pub fn linear(&mut self, a: Var, weights: Var, bias: Var) -> Var {
        let product = self.matmul(a, weights);
        self.add_row(product, bias)
    }

    /// `a − b`.
    pub fn sub(&mut self, a: Var, b: Var) -> Var {
        let value = self.value(a).zip_with(self.value(b), |a, b| a - b);
        self.push(value, &[a, b], Op::Sub(a, b))
    }

    /// Value by value.
    pub fn mul(&mut self, a: Var, b: Var) -> Var {
        let value = self.value(a).zip_with(self.value(b), |a, b| a * b);
        self.push(value, &[a, b], Op::Mul(a, b))
    }

    /// Each value times a number.
    pub fn scale(&mut self, a: Var, factor: f32) -> Var {
        let value = self.value(a).map(|a| factor * a);
        self.push(value, &[a], Op::Scale(a, factor))
    }

    /// Each value, and 0 instead of what is below.
    pub fn relu(&mut self, a: Var) -> Var {
        let value = self.value(a).map(|a| if a > 0.0 { a } else { 0.0 });
        self.push(value, &[a], Op::Relu(a))
    }

    /// The hyperbolic tangent of each value.
    pub fn tanh(&mut self, a: Var) -> Var {
        let value = self.value(a).map(math::tanh);
        self.push(value, &[a], Op::Tanh(a))
    }

    /// `1 / (1 + e⁻ˣ)` of each value.
    pub fn sigmoid(&mut self, a: Var) -> Var {
        let value = self.value(a).map(math::sigmoid);
        self.push(value, &[a], Op::Sigmoid(a))
    }

    /// `eˣ` of each value.
    pub fn exp(&mut self, a: Var) -> Var {
        let value = self.value(a).map(math::exp);
        self.push(value, &[a], Op::Exp(a))
    }

    /// Each row brought to mean 0 and variance 1, times a row of gains, plus a row of biases (Ba, Kiros, Hinton
    /// 2016).
    pub fn layer_norm(&mut self, input: Var, gain: Var, bias: Var) -> Var {
        let (from, gains, biases) = (self.value(input), self.value(gain), self.value(bias));
        assert_eq!(gains.shape(), (1, from.cols), "the gains");
        assert_eq!(biases.shape(), (1, from.cols), "the biases");
        let mut normal = from.clone();
        let mut inverse = Vec::with_capacity(from.rows);
        let n = from.cols.max(1) as f32;
        for at in 0..from.rows {
            let row = normal.row_mut(at);
            let mean = sum(row) / n;
            for value in row.iter_mut() {
                *value -= mean;
            }
            let one_over = 1.0 / (dot(row, row) / n + EPSILON).sqrt();
            for value in row.iter_mut() {
                *value *= one_over;
            }
            inverse.push(one_over);
        }
        let mut value = normal.clone();
        for at in 0..value.rows {
            for ((value, gain), bias) in value
                .row_mut(at)
                .iter_mut()
                .zip(&gains.data)
                .zip(&biases.data)
            {
                *value = *value * gain + bias;
            }
        }
        let op = Op::LayerNorm {
            input,
            gain,
            bias,
            normal,
            inverse,
        };
        self.push(value, &[input, gain, bias], op)
    }

    /// Each value set to 0 with probability `share`, the others made larger so that the mean stays (Srivastava et
    /// al. 2014). On a tape for inference all stay as they are, and nothing is drawn.
    pub fn dropout(&mut self, a: Var, share: f32, rng: &mut Rng) -> Var {
        if !self.remembers || share <= 0.0 {
            return a;
        }
        let kept = 1.0 / (1.0 - share).max(1e-6);
        let mask: Vec<f32> = (0..self.value(a).data.len())
            .map(|_| if rng.uniform() < share { 0.0 } else { kept })
            .collect();
        let from = self.value(a);
        let data = from.data.iter().zip(&mask).map(|(a, m)| a * m).collect();
        let value = Matrix::new(from.rows, from.cols, data);
        self.push(value, &[a], Op::Dropout(a, mask))
    }

    /// The sum of all values, as one number.
    pub fn sum(&mut self, a: Var) -> Var {
        let n = self.value(a).data.len();
        self.weighted_sum(a, vec![1.0; n])
    }

    /// The mean of all values, as one number.
    pub fn mean(&mut self, a: Var) -> Var {
        let n = self.value(a).data.len();
        self.weighted_sum(a, vec![1.0 / n.max(1) as f32; n])
    }

    /// Each value times a constant of its own, added up: one number.
    pub fn weighted_sum(&mut self, a: Var, weights: Vec<f32>) -> Var {
        let from = self.value(a);
        assert_eq!(from.data.len(), weights.len(), "a weight for each value");
        let value = Matrix::filled(1, 1, dot(&from.data, &weights));
        self.push(value, &[a], Op::WeightedSum(a, weights))
    }
}

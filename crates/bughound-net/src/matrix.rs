//! Rows of numbers.

use crate::Rng;
use crate::kernels::{dot, multiply_add};

/// A matrix of `f32`, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub cols: usize,
    /// The values, row after row: `rows · cols` of them.
    pub data: Vec<f32>,
}

impl Matrix {
    /// A matrix of these values.
    ///
    /// # Panics
    /// Where there are not `rows · cols` values.
    pub fn new(rows: usize, cols: usize, data: Vec<f32>) -> Self {
        assert_eq!(
            rows * cols,
            data.len(),
            "values of a {rows} x {cols} matrix"
        );
        Self { rows, cols, data }
    }

    /// All zeros.
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self::filled(rows, cols, 0.0)
    }

    /// The same value everywhere.
    pub fn filled(rows: usize, cols: usize, value: f32) -> Self {
        Self {
            rows,
            cols,
            data: vec![value; rows * cols],
        }
    }

    /// One row.
    pub fn row_of(values: Vec<f32>) -> Self {
        Self::new(1, values.len(), values)
    }

    /// One column.
    pub fn column_of(values: Vec<f32>) -> Self {
        Self::new(values.len(), 1, values)
    }

    /// Random weights of a layer from `rows` inputs to `cols` outputs (or back): normal with variance
    /// `2 / (rows + cols)` (Glorot, Bengio 2010).
    pub fn glorot(rows: usize, cols: usize, rng: &mut Rng) -> Self {
        let spread = (2.0 / (rows + cols).max(1) as f32).sqrt();
        let data = (0..rows * cols).map(|_| spread * rng.normal()).collect();
        Self { rows, cols, data }
    }

    /// A row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }

    /// A row, to be changed.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.data[row * self.cols..(row + 1) * self.cols]
    }

    /// `(rows, cols)`.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    /// `self · right`.
    ///
    /// # Panics
    /// Where the shapes do not fit.
    pub fn matmul(&self, right: &Self) -> Self {
        assert_eq!(
            self.cols,
            right.rows,
            "{:?} · {:?}",
            self.shape(),
            right.shape()
        );
        let mut out = Self::zeros(self.rows, right.cols);
        if right.cols == 1 {
            // A column lies in memory as a row does.
            for (row, value) in out.data.iter_mut().enumerate() {
                *value = dot(self.row(row), &right.data);
            }
            return out;
        }
        for row in 0..self.rows {
            multiply_add(self.row(row), right, out.row_mut(row));
        }
        out
    }

    /// `self · rightᵀ`.
    ///
    /// # Panics
    /// Where the shapes do not fit.
    pub fn matmul_transposed(&self, right: &Self) -> Self {
        assert_eq!(
            self.cols,
            right.cols,
            "{:?} · {:?} transposed",
            self.shape(),
            right.shape()
        );
        let mut out = Self::zeros(self.rows, right.rows);
        for row in 0..self.rows {
            let left = self.row(row);
            for (col, value) in out.row_mut(row).iter_mut().enumerate() {
                *value = dot(left, right.row(col));
            }
        }
        out
    }

    /// `selfᵀ · right`.
    ///
    /// # Panics
    /// Where the shapes do not fit.
    pub fn transposed_matmul(&self, right: &Self) -> Self {
        assert_eq!(
            self.rows,
            right.rows,
            "{:?} transposed · {:?}",
            self.shape(),
            right.shape()
        );
        // A transposed copy costs little beside the product and lets the product go over whole rows.
        let mut transposed = Self::zeros(self.cols, self.rows);
        for row in 0..self.rows {
            for (col, &value) in self.row(row).iter().enumerate() {
                transposed.data[col * self.rows + row] = value;
            }
        }
        let mut out = Self::zeros(self.cols, right.cols);
        for row in 0..self.cols {
            multiply_add(transposed.row(row), right, out.row_mut(row));
        }
        out
    }

    /// Adds another matrix of the same shape.
    ///
    /// # Panics
    /// Where the shapes differ.
    pub fn add_assign(&mut self, other: &Self) {
        assert_eq!(self.shape(), other.shape(), "shapes of a sum");
        for (value, more) in self.data.iter_mut().zip(&other.data) {
            *value += more;
        }
    }

    /// Each value through a function.
    pub fn map(&self, f: impl Fn(f32) -> f32) -> Self {
        Self {
            rows: self.rows,
            cols: self.cols,
            data: self.data.iter().map(|&value| f(value)).collect(),
        }
    }

    /// Pairs of values through a function.
    ///
    /// # Panics
    /// Where the shapes differ.
    pub fn zip_with(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        assert_eq!(self.shape(), other.shape(), "shapes of two matrices");
        Self {
            rows: self.rows,
            cols: self.cols,
            data: self
                .data
                .iter()
                .zip(&other.data)
                .map(|(&a, &b)| f(a, b))
                .collect(),
        }
    }
}

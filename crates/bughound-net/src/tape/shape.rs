//! Rows and columns picked out and put together.

use super::{Op, Tape, Var};
use crate::Matrix;

impl Tape<'_> {
    /// Columns side by side.
    pub fn concat_cols(&mut self, parts: &[Var]) -> Var {
        let rows = parts.first().map_or(0, |&part| self.value(part).rows);
        let cols = parts.iter().map(|&part| self.value(part).cols).sum();
        let mut value = Matrix::zeros(rows, cols);
        let mut from_col = 0;
        for &part in parts {
            let part = self.value(part);
            assert_eq!(part.rows, rows, "rows side by side");
            for row in 0..rows {
                value.row_mut(row)[from_col..from_col + part.cols].copy_from_slice(part.row(row));
            }
            from_col += part.cols;
        }
        self.push(value, parts, Op::ConcatCols(parts.to_vec()))
    }

    /// Some columns that stand side by side.
    pub fn slice_cols(&mut self, a: Var, from: usize, n: usize) -> Var {
        let whole = self.value(a);
        let mut value = Matrix::zeros(whole.rows, n);
        for row in 0..whole.rows {
            value
                .row_mut(row)
                .copy_from_slice(&whole.row(row)[from..from + n]);
        }
        self.push(value, &[a], Op::SliceCols(a, from))
    }

    /// The rows of these numbers, in their order; a row may be taken several times.
    pub fn gather_rows(&mut self, a: Var, rows: &[usize]) -> Var {
        let whole = self.value(a);
        let mut value = Matrix::zeros(rows.len(), whole.cols);
        for (to, &from) in rows.iter().enumerate() {
            value.row_mut(to).copy_from_slice(whole.row(from));
        }
        self.push(value, &[a], Op::GatherRows(a, rows.to_vec()))
    }

    /// A row `n` times.
    pub fn broadcast_row(&mut self, row: Var, n: usize) -> Var {
        let from = self.value(row);
        assert_eq!(from.rows, 1, "one row");
        let mut value = Matrix::zeros(n, from.cols);
        for at in 0..n {
            value.row_mut(at).copy_from_slice(&from.data);
        }
        self.push(value, &[row], Op::BroadcastRow(row))
    }
}

//! Rows brought together by group.

use super::{Op, Tape, Var};
use crate::Matrix;

/// What becomes of the rows of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SegmentKind {
    Sum,
    Mean,
    Max,
}

impl Tape<'_> {
    /// For each segment the sum of its rows; zeros where it has none. `segments` says for each row which segment it
    /// belongs to, from 0 to `n − 1`.
    pub fn segment_sum(&mut self, a: Var, segments: &[usize], n: usize) -> Var {
        self.segments(a, segments, n, SegmentKind::Sum)
    }

    /// For each segment the mean of its rows; zeros where it has none.
    pub fn segment_mean(&mut self, a: Var, segments: &[usize], n: usize) -> Var {
        self.segments(a, segments, n, SegmentKind::Mean)
    }

    /// For each segment and column the largest value of its rows (the first of equal ones); zeros where it has none.
    pub fn segment_max(&mut self, a: Var, segments: &[usize], n: usize) -> Var {
        self.segments(a, segments, n, SegmentKind::Max)
    }

    fn segments(&mut self, input: Var, segments: &[usize], n: usize, kind: SegmentKind) -> Var {
        let from = self.value(input);
        assert_eq!(from.rows, segments.len(), "a segment for each row");
        let cols = from.cols;
        let mut value = Matrix::zeros(n, cols);
        let mut chosen = Vec::new();
        let mut counts = vec![0_usize; n];
        if kind == SegmentKind::Max {
            chosen = vec![None; n * cols];
        }
        for (row, &segment) in segments.iter().enumerate() {
            counts[segment] += 1;
            let to = value.row_mut(segment);
            if kind == SegmentKind::Max {
                let chosen = &mut chosen[segment * cols..(segment + 1) * cols];
                for ((to, chosen), &from) in to.iter_mut().zip(chosen).zip(from.row(row)) {
                    if chosen.is_none() || from > *to {
                        *to = from;
                        *chosen = Some(row);
                    }
                }
            } else {
                for (to, from) in to.iter_mut().zip(from.row(row)) {
                    *to += from;
                }
            }
        }
        if kind == SegmentKind::Mean {
            for (segment, &count) in counts.iter().enumerate() {
                for to in value.row_mut(segment) {
                    *to /= count.max(1) as f32;
                }
            }
        }
        let op = Op::Segments {
            input,
            kind,
            segments: segments.to_vec(),
            chosen,
            counts,
        };
        self.push(value, &[input], op)
    }
}

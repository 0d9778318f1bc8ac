//! Scores as probabilities.

use super::{Op, Tape, Var};
use crate::kernels::{max, sum};
use crate::{Matrix, math};

impl Tape<'_> {
    /// Each row's scores as probabilities: `e^(xᵢ − max) / Σ e^(xⱼ − max)`. A score of minus infinity has
    /// probability 0.
    pub fn softmax_rows(&mut self, a: Var) -> Var {
        let mut value = self.value(a).clone();
        for at in 0..value.rows {
            let row = value.row_mut(at);
            let largest = max(row);
            if largest == f32::NEG_INFINITY {
                row.fill(0.0);
                continue;
            }
            for value in row.iter_mut() {
                *value = math::exp(*value - largest);
            }
            let one_over = 1.0 / sum(row);
            for value in row.iter_mut() {
                *value *= one_over;
            }
        }
        self.push(value, &[a], Op::SoftmaxRows(a))
    }

    /// The logarithms of all entries' probabilities: `xᵢ − max − ln Σ e^(xⱼ − max)` over the whole matrix.
    pub fn log_softmax(&mut self, a: Var) -> Var {
        let from = self.value(a);
        let value = Matrix::new(from.rows, from.cols, log_softmax(&from.data));
        self.push(value, &[a], Op::LogSoftmax(a))
    }

    /// How far the probabilities of a column of scores are from target weights: `−Σ tᵢ/Σt · log softmax(x)ᵢ`, one
    /// number; 0 where all weights are 0. With several targets of equal weight this is the listwise loss of
    /// ListNet's top-one form (Cao et al. 2007).
    pub fn cross_entropy(&mut self, scores: Var, targets: &[f32]) -> Var {
        let from = self.value(scores);
        assert_eq!(from.data.len(), targets.len(), "a target for each score");
        let total = sum(targets);
        let logs = log_softmax(&from.data);
        let share = |target: f32| if total > 0.0 { target / total } else { 0.0 };
        // A target of weight 0 counts for nothing, however impossible its score.
        let terms: Vec<f32> = logs
            .iter()
            .zip(targets)
            .map(|(log, &target)| {
                if target > 0.0 {
                    -share(target) * log
                } else {
                    0.0
                }
            })
            .collect();
        let slopes = logs
            .iter()
            .zip(targets)
            .map(|(&log, &target)| {
                if total > 0.0 {
                    math::exp(log) - share(target)
                } else {
                    0.0
                }
            })
            .collect();
        let value = Matrix::filled(1, 1, sum(&terms));
        self.push(value, &[scores], Op::CrossEntropy { scores, slopes })
    }
}

fn log_softmax(scores: &[f32]) -> Vec<f32> {
    let largest = max(scores);
    if largest == f32::NEG_INFINITY {
        return scores.to_vec();
    }
    let powers: Vec<f32> = scores.iter().map(|x| math::exp(x - largest)).collect();
    let log = math::ln(sum(&powers));
    scores.iter().map(|x| x - largest - log).collect()
}

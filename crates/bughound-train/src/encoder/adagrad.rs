//! Adagrad: each number moves by its gradient divided by the root of the sum of its squared gradients so far.

use super::model::{EncoderModel, Gradients, Rows};

/// The sums of squared gradients.
pub(super) struct Adagrad {
    rate: f32,
    table: Vec<f32>,
    query_table: Option<Vec<f32>>,
    mix: Vec<f32>,
    query_weight: Vec<f32>,
    document_weight: Vec<f32>,
    field_weight: Vec<f32>,
}

const EPSILON: f32 = 1e-7;

impl Adagrad {
    pub(super) fn new(model: &EncoderModel, rate: f32) -> Self {
        Self {
            rate,
            table: vec![0.0; model.table.len()],
            query_table: model.query_table.as_ref().map(|t| vec![0.0; t.len()]),
            mix: vec![0.0; model.mix.len()],
            query_weight: vec![0.0; model.query_weight.len()],
            document_weight: vec![0.0; model.document_weight.len()],
            field_weight: vec![0.0; model.field_weight.len()],
        }
    }

    /// Moves everything that has a gradient; `share` of the full rate.
    pub(super) fn step(&mut self, model: &mut EncoderModel, gradients: &Gradients, share: f32) {
        let rate = self.rate * share;
        // The matrix and the weights are shared by all texts: they move more slowly than single vectors.
        let slow = 0.1 * rate;
        step_rows(
            &mut model.table,
            &mut self.table,
            &gradients.table,
            model.dim,
            rate,
        );
        if let (Some(values), Some(sums), Some(rows)) = (
            &mut model.query_table,
            &mut self.query_table,
            &gradients.query_table,
        ) {
            step_rows(values, sums, rows, model.dim, rate);
        }
        step(&mut model.mix, &mut self.mix, &gradients.mix, slow);
        step(
            &mut model.field_weight,
            &mut self.field_weight,
            &gradients.field_weight,
            slow,
        );
        let touched = gradients
            .table
            .touched
            .iter()
            .chain(gradients.query_table.iter().flat_map(|rows| &rows.touched));
        let mut rows: Vec<usize> = touched.copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let one = row..row + 1;
            for (values, sums, gradients) in [
                (
                    &mut model.query_weight,
                    &mut self.query_weight,
                    &gradients.query_weight,
                ),
                (
                    &mut model.document_weight,
                    &mut self.document_weight,
                    &gradients.document_weight,
                ),
            ] {
                step(
                    &mut values[one.clone()],
                    &mut sums[one.clone()],
                    &gradients[one.clone()],
                    rate,
                );
                // Below 0 a term would count against what it stands for.
                values[row] = values[row].max(0.0);
            }
        }
    }
}

fn step_rows(values: &mut [f32], sums: &mut [f32], rows: &Rows, dim: usize, rate: f32) {
    for &row in &rows.touched {
        let range = row * dim..(row + 1) * dim;
        step(
            &mut values[range.clone()],
            &mut sums[range.clone()],
            &rows.values[range],
            rate,
        );
    }
}

fn step(values: &mut [f32], sums: &mut [f32], gradients: &[f32], rate: f32) {
    for ((value, sum), gradient) in values.iter_mut().zip(sums).zip(gradients) {
        *sum += gradient * gradient;
        *value -= rate * gradient / (sum.sqrt() + EPSILON);
    }
}

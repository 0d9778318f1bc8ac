//! From bags of terms to vectors of length 1, and back from what a vector should have been to its terms.

use bughound_index::{DocField, N_DOC_FIELDS};

use super::model::{EncoderModel, Gradients};
use super::vocabulary::NONE;
use crate::pairs::{DocumentTerm, QueryTerm};

/// A vector of length 1, and what it was before that.
pub(super) struct Embedded {
    pub(super) unit: Vec<f32>,
    length: f32,
    /// For queries: the sum before it was mixed.
    sum: Vec<f32>,
}

impl Embedded {
    fn of(vector: Vec<f32>, sum: Vec<f32>) -> Self {
        let length = dot(&vector, &vector).sqrt();
        let unit = if length > 0.0 {
            vector.iter().map(|value| value / length).collect()
        } else {
            vector
        };
        Self { unit, length, sum }
    }

    /// The gradient of the vector before it was divided by its length.
    fn back(&self, d_unit: &[f32]) -> Vec<f32> {
        if self.length <= 0.0 {
            return vec![0.0; d_unit.len()];
        }
        let along = dot(&self.unit, d_unit);
        d_unit
            .iter()
            .zip(&self.unit)
            .map(|(d, unit)| (d - along * unit) / self.length)
            .collect()
    }
}

/// A bag, its terms as rows of the table.
pub(super) struct Bag {
    /// Row, and where its shares begin; the last entry only says where they end.
    rows: Vec<(u32, u32)>,
    /// Field and weight.
    shares: Vec<(u16, f32)>,
}

impl Bag {
    /// The bag of a document; documentation is left out where `with_documentation` is not set.
    pub(super) fn of_document(
        terms: &[DocumentTerm],
        row_of: &[u32],
        with_documentation: bool,
    ) -> Self {
        let mut bag = Self {
            rows: Vec::with_capacity(terms.len() + 1),
            shares: Vec::with_capacity(terms.len()),
        };
        for term in terms {
            let row = row_of[term.term as usize];
            if row == NONE || (term.field == DocField::Doc as u16 && !with_documentation) {
                continue;
            }
            bag.push(row, term.field, f32::from(term.sixteenths) / 16.0);
        }
        bag.end()
    }

    /// The bag of a text. It has one field.
    pub(super) fn of_query(terms: &[QueryTerm], row_of: &[u32]) -> Self {
        let mut bag = Self {
            rows: Vec::new(),
            shares: Vec::new(),
        };
        for term in terms {
            let row = row_of[term.term as usize];
            if row != NONE {
                bag.push(row, 0, term.weight);
            }
        }
        bag.end()
    }

    fn push(&mut self, row: u32, field: u16, weight: f32) {
        if self.rows.last().is_none_or(|(last, _)| *last != row) {
            self.rows.push((row, number(self.shares.len())));
        }
        self.shares.push((field, weight));
    }

    fn end(mut self) -> Self {
        self.rows.push((NONE, number(self.shares.len())));
        self
    }

    /// Row and shares of each term.
    fn terms(&self) -> impl Iterator<Item = (usize, &[(u16, f32)])> {
        self.rows.windows(2).map(|pair| {
            let range = pair[0].1 as usize..pair[1].1 as usize;
            (pair[0].0 as usize, &self.shares[range])
        })
    }
}

/// The vector of a document: `Σ_t w_t · (Σ_f a_f · c_tf) · E_t`, divided by its length.
pub(super) fn embed_document(model: &EncoderModel, bag: &Bag) -> Embedded {
    let mut sum = vec![0.0; model.dim];
    for (row, shares) in bag.terms() {
        let held: f32 = shares
            .iter()
            .map(|&(field, weight)| model.field_weight[usize::from(field)] * weight)
            .sum();
        add_scaled(&mut sum, held * model.document_weight[row], model.row(row));
    }
    Embedded::of(sum, Vec::new())
}

/// The vector of a text: `M · Σ_t g_t · q_t · E_t`, divided by its length.
pub(super) fn embed_query(model: &EncoderModel, bag: &Bag) -> Embedded {
    let mut sum = vec![0.0; model.dim];
    for (row, shares) in bag.terms() {
        let weight: f32 = shares.iter().map(|(_, weight)| weight).sum();
        add_scaled(
            &mut sum,
            weight * model.query_weight[row],
            model.query_row(row),
        );
    }
    let vector = (0..model.dim)
        .map(|to| dot(&model.mix[to * model.dim..(to + 1) * model.dim], &sum))
        .collect();
    Embedded::of(vector, sum)
}

/// Adds the gradients of a document's terms.
pub(super) fn back_document(
    model: &EncoderModel,
    bag: &Bag,
    embedded: &Embedded,
    d_unit: &[f32],
    out: &mut Gradients,
) {
    let d_vector = embedded.back(d_unit);
    let mut d_field = [0.0; N_DOC_FIELDS];
    for (row, shares) in bag.terms() {
        let held: f32 = shares
            .iter()
            .map(|&(field, weight)| model.field_weight[usize::from(field)] * weight)
            .sum();
        let along = dot(model.row(row), &d_vector);
        let weight = model.document_weight[row];
        out.add_row(row, held * weight, &d_vector);
        out.document_weight[row] += held * along;
        for &(field, share) in shares {
            d_field[usize::from(field)] += share * weight * along;
        }
    }
    for (sum, d) in out.field_weight.iter_mut().zip(d_field) {
        *sum += d;
    }
}

/// Adds the gradients of a text's terms and of the matrix.
pub(super) fn back_query(
    model: &EncoderModel,
    bag: &Bag,
    embedded: &Embedded,
    d_unit: &[f32],
    out: &mut Gradients,
) {
    let d_vector = embedded.back(d_unit);
    let mut d_sum = vec![0.0; model.dim];
    for (to, &d) in d_vector.iter().enumerate() {
        let range = to * model.dim..(to + 1) * model.dim;
        add_scaled(&mut d_sum, d, &model.mix[range.clone()]);
        add_scaled(&mut out.mix[range], d, &embedded.sum);
    }
    for (row, shares) in bag.terms() {
        let weight: f32 = shares.iter().map(|(_, weight)| weight).sum();
        let along = dot(model.query_row(row), &d_sum);
        out.add_query_row(row, weight * model.query_weight[row], &d_sum);
        out.query_weight[row] += weight * along;
    }
}

/// `Σ aᵢ·bᵢ`, eight sums side by side, in a fixed order.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += a * b;
    }
    let fours: [f32; 4] = std::array::from_fn(|i| lanes[i] + lanes[i + 4]);
    (fours[0] + fours[2]) + (fours[1] + fours[3])
}

/// `sum += scale · values`.
pub(super) fn add_scaled(sum: &mut [f32], scale: f32, values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += scale * value;
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

//! The parameters of the encoder while it learns, and their gradients.

use bughound_index::N_DOC_FIELDS;
use bughound_net::Rng;
use bughound_net::math::ln;

use super::embed::add_scaled;
use super::vocabulary::Vocabulary;

/// The parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderModel {
    /// Length of the vectors.
    pub dim: usize,
    /// Hash of each row's term, ascending.
    pub hashes: Vec<u64>,
    /// `E`: a vector for each term.
    pub(super) table: Vec<f32>,
    /// The vectors by which texts are read, where they have their own.
    pub(super) query_table: Option<Vec<f32>>,
    /// `M`, by rows.
    pub(super) mix: Vec<f32>,
    /// `g`: how much each term weighs in a text.
    pub(super) query_weight: Vec<f32>,
    /// `w`: how much each term weighs in a document.
    pub(super) document_weight: Vec<f32>,
    /// `a`: how much each field of a document weighs.
    pub(super) field_weight: Vec<f32>,
}

/// Where the weights of fields begin: path, name, class name, signature, documentation, body, class context.
const FIELD_WEIGHTS: [f32; N_DOC_FIELDS] = [0.6, 2.0, 1.0, 0.7, 0.7, 0.6, 0.3];

impl EncoderModel {
    /// Random vectors; rare terms weigh more, the matrix changes nothing.
    pub(super) fn new(
        vocabulary: &Vocabulary,
        dim: usize,
        own_query_table: bool,
        seed: u64,
    ) -> Self {
        let mut rng = Rng::new(seed);
        let scale = 1.0 / (dim as f32).sqrt();
        let n_rows = vocabulary.hashes.len();
        let table: Vec<f32> = (0..n_rows * dim).map(|_| scale * rng.normal()).collect();
        let weights: Vec<f32> = vocabulary
            .rarity
            .iter()
            .map(|&rarity| 0.2 * ln(1.0 + rarity))
            .collect();
        let mut mix = vec![0.0; dim * dim];
        for at in 0..dim {
            mix[at * dim + at] = 1.0;
        }
        Self {
            dim,
            hashes: vocabulary.hashes.clone(),
            query_table: own_query_table.then(|| table.clone()),
            table,
            mix,
            query_weight: weights.clone(),
            document_weight: weights,
            field_weight: FIELD_WEIGHTS.to_vec(),
        }
    }

    /// Number of terms that have a vector.
    pub fn n_terms(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.table[row * self.dim..(row + 1) * self.dim]
    }

    pub(super) fn query_row(&self, row: usize) -> &[f32] {
        let table = self.query_table.as_ref().unwrap_or(&self.table);
        &table[row * self.dim..(row + 1) * self.dim]
    }
}

/// Gradients of everything; of the tables, only rows that were touched are other than 0.
pub(super) struct Gradients {
    dim: usize,
    pub(super) table: Rows,
    pub(super) query_table: Option<Rows>,
    pub(super) mix: Vec<f32>,
    pub(super) query_weight: Vec<f32>,
    pub(super) document_weight: Vec<f32>,
    pub(super) field_weight: Vec<f32>,
}

/// Gradients of a table.
pub(super) struct Rows {
    pub(super) values: Vec<f32>,
    is_touched: Vec<bool>,
    pub(super) touched: Vec<usize>,
}

impl Rows {
    fn new(n_rows: usize, dim: usize) -> Self {
        Self {
            values: vec![0.0; n_rows * dim],
            is_touched: vec![false; n_rows],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, row: usize, scale: f32, values: &[f32]) {
        if !std::mem::replace(&mut self.is_touched[row], true) {
            self.touched.push(row);
        }
        let dim = values.len();
        add_scaled(&mut self.values[row * dim..(row + 1) * dim], scale, values);
    }

    /// Sets all back to 0.
    pub(super) fn clear(&mut self, dim: usize) {
        for row in self.touched.drain(..) {
            self.values[row * dim..(row + 1) * dim].fill(0.0);
            self.is_touched[row] = false;
        }
    }
}

impl Gradients {
    pub(super) fn new(model: &EncoderModel) -> Self {
        let rows = || Rows::new(model.n_terms(), model.dim);
        Self {
            dim: model.dim,
            table: rows(),
            query_table: model.query_table.as_ref().map(|_| rows()),
            mix: vec![0.0; model.mix.len()],
            query_weight: vec![0.0; model.n_terms()],
            document_weight: vec![0.0; model.n_terms()],
            field_weight: vec![0.0; N_DOC_FIELDS],
        }
    }

    pub(super) fn add_row(&mut self, row: usize, scale: f32, values: &[f32]) {
        self.table.add(row, scale, values);
    }

    pub(super) fn add_query_row(&mut self, row: usize, scale: f32, values: &[f32]) {
        let rows = self.query_table.as_mut().unwrap_or(&mut self.table);
        rows.add(row, scale, values);
    }

    /// Sets all back to 0.
    pub(super) fn clear(&mut self) {
        let rows: Vec<&mut Rows> = std::iter::once(&mut self.table)
            .chain(self.query_table.as_mut())
            .collect();
        for rows in rows {
            for &row in &rows.touched {
                self.query_weight[row] = 0.0;
                self.document_weight[row] = 0.0;
            }
            rows.clear(self.dim);
        }
        self.mix.fill(0.0);
        self.field_weight.fill(0.0);
    }
}

//! The trained encoder as a file of weights: vectors in 8 bits, the weights of terms in 16.

use std::collections::BTreeMap;

use super::reader::PREFIX;
use bughound_net::weights::{Storage, WeightsWriter};
use bughound_net::{Matrix, Params};

use super::model::EncoderModel;

impl EncoderModel {
    /// Safetensors bytes that [`super::Encoder::read`] reads.
    pub fn to_bytes(&self, metadata: &BTreeMap<String, String>) -> Vec<u8> {
        let n = self.n_terms();
        let column = |values: &[f32]| Matrix::new(n, 1, values.to_vec());
        let params = |named: Vec<(&str, Matrix)>| {
            let mut params = Params::new();
            for (name, matrix) in named {
                params.add(name, matrix);
            }
            params
        };
        let terms = self
            .hashes
            .iter()
            .flat_map(|hash| [hash >> 40, hash >> 16 & 0xff_ffff])
            .map(|bits| bits as f32)
            .collect();
        let mut writer = WeightsWriter::new();
        let exact = params(vec![
            ("terms", Matrix::new(n, 2, terms)),
            ("mix", Matrix::new(self.dim, self.dim, self.mix.clone())),
            (
                "fields",
                Matrix::new(1, self.field_weight.len(), self.field_weight.clone()),
            ),
        ]);
        writer.add(PREFIX, &exact, Storage::F32);
        let weights = params(vec![
            ("query_weight", column(&self.query_weight)),
            ("document_weight", column(&self.document_weight)),
        ]);
        writer.add(PREFIX, &weights, Storage::F16);
        let mut tables = vec![("table", Matrix::new(n, self.dim, self.table.clone()))];
        if let Some(table) = &self.query_table {
            tables.push(("query_table", Matrix::new(n, self.dim, table.clone())));
        }
        writer.add(PREFIX, &params(tables), Storage::I8);
        writer.finish(metadata)
    }
}

//! Writing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::half::to_half;
use crate::{Matrix, Params};

/// How numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// 32 bits: nothing is lost.
    F32,
    /// 16 bits: 11 significant ones.
    F16,
    /// 8 bits and a scale for each row: values are whole multiples of the row's largest magnitude / 127.
    I8,
}

/// Collects tensors and writes them. The same calls give the same bytes.
#[derive(Clone, Debug, Default)]
pub struct WeightsWriter {
    tensors: Vec<Stored>,
}

#[derive(Clone, Debug)]
struct Stored {
    name: String,
    /// As the header calls the type of its numbers.
    kind: &'static str,
    shape: (usize, usize),
    bytes: Vec<u8>,
}

impl WeightsWriter {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all parameters under names that begin with a prefix.
    pub fn add(&mut self, prefix: &str, params: &Params, storage: Storage) {
        for (name, matrix) in params.iter() {
            let name = format!("{prefix}{name}");
            match storage {
                Storage::F32 => self.push(name, "F32", matrix.shape(), floats(&matrix.data)),
                Storage::F16 => {
                    let bytes = matrix
                        .data
                        .iter()
                        .flat_map(|&value| to_half(value).to_le_bytes())
                        .collect();
                    self.push(name, "F16", matrix.shape(), bytes);
                }
                Storage::I8 => {
                    let (bytes, scales) = quantized(matrix);
                    self.push(
                        format!("{name}.scale"),
                        "F32",
                        (matrix.rows, 1),
                        floats(&scales),
                    );
                    self.push(name, "I8", matrix.shape(), bytes);
                }
            }
        }
    }

    /// The bytes of the file, with a map of strings beside the tensors.
    pub fn finish(mut self, metadata: &BTreeMap<String, String>) -> Vec<u8> {
        // Wide numbers first, so that each tensor begins at a multiple of its numbers' size.
        self.tensors.sort_by_key(|tensor| match tensor.kind {
            "F32" => 0,
            "F16" => 1,
            _ => 2,
        });
        let mut header = Map::new();
        if !metadata.is_empty() {
            header.insert("__metadata__".to_owned(), json!(metadata));
        }
        let mut at = 0;
        for tensor in &self.tensors {
            let end = at + tensor.bytes.len();
            let (rows, cols) = tensor.shape;
            header.insert(
                tensor.name.clone(),
                json!({"dtype": tensor.kind, "shape": [rows, cols], "data_offsets": [at, end]}),
            );
            at = end;
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        for tensor in &self.tensors {
            file.extend(&tensor.bytes);
        }
        file
    }

    fn push(&mut self, name: String, kind: &'static str, shape: (usize, usize), bytes: Vec<u8>) {
        self.tensors.push(Stored {
            name,
            kind,
            shape,
            bytes,
        });
    }
}

fn floats(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// The bytes, and the scale of each row.
fn quantized(matrix: &Matrix) -> (Vec<u8>, Vec<f32>) {
    let mut bytes = Vec::with_capacity(matrix.data.len());
    let mut scales = Vec::with_capacity(matrix.rows);
    for row in 0..matrix.rows {
        let row = matrix.row(row);
        let largest = row
            .iter()
            .fold(0.0_f32, |best, value| best.max(value.abs()));
        let scale = largest / 127.0;
        scales.push(scale);
        for &value in row {
            let steps = if scale > 0.0 {
                (value / scale).round()
            } else {
                0.0
            };
            #[expect(
                clippy::cast_possible_truncation,
                reason = "between -127 and 127; anything else is held to the ends"
            )]
            let step = steps.clamp(-127.0, 127.0) as i8;
            bytes.extend(step.to_le_bytes());
        }
    }
    (bytes, scales)
}

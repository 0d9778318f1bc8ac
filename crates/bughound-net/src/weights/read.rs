//! Reading.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::half::from_half;
use crate::{Matrix, Params};

/// The longest header that is read: a file of weights has at most a few thousand tensors.
const LONGEST_HEADER: u64 = 16 << 20;

/// Why bytes are no weights.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a file of weights: {0}")]
pub struct WeightsError(String);

/// A file of weights whose header has been checked.
#[derive(Clone, Debug)]
pub struct WeightsFile<'b> {
    metadata: BTreeMap<String, String>,
    /// In the order of their places in the file.
    tensors: Vec<(String, Tensor)>,
    body: &'b [u8],
}

#[derive(Clone, Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl<'b> WeightsFile<'b> {
    /// Reads the header and checks every tensor's type, shape and place.
    ///
    /// # Errors
    /// Where the bytes are not safetensors, or hold other numbers than of 32, 16 or 8 bits or tensors of more than
    /// two dimensions.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, WeightsError> {
        let (length, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or_else(|| wrong("it is shorter than 8 bytes"))?;
        let length = u64::from_le_bytes(*length);
        if length > LONGEST_HEADER {
            return Err(wrong(format!("its header would have {length} bytes")));
        }
        let (header, body) = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| wrong("it ends within its header"))?;
        let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header)
            .map_err(|error| wrong(format!("its header is not JSON: {error}")))?;
        let mut metadata = BTreeMap::new();
        let mut tensors: Vec<(String, Tensor)> = Vec::new();
        for (name, value) in header {
            let of = |error: serde_json::Error| wrong(format!("`{name}` in its header: {error}"));
            if name == "__metadata__" {
                metadata = serde_json::from_value(value).map_err(of)?;
                continue;
            }
            let tensor: Tensor = serde_json::from_value(value).map_err(of)?;
            tensor
                .check(body.len())
                .map_err(|what| wrong(format!("`{name}` {what}")))?;
            tensors.push((name, tensor));
        }
        tensors.sort_by(|(name_a, a), (name_b, b)| {
            (a.data_offsets, name_a).cmp(&(b.data_offsets, name_b))
        });
        Ok(Self {
            metadata,
            tensors,
            body,
        })
    }

    /// The strings beside the tensors.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The tensors whose names begin with a prefix, without it, in the order of the file.
    ///
    /// # Errors
    /// Where the scales of an eight-bit tensor are missing.
    pub fn params(&self, prefix: &str) -> Result<Params, WeightsError> {
        let mut params = Params::new();
        for (full, tensor) in &self.tensors {
            let Some(name) = full.strip_prefix(prefix) else {
                continue;
            };
            let is_scale = full
                .strip_suffix(".scale")
                .is_some_and(|of| self.find(of).is_some_and(|tensor| tensor.dtype == "I8"));
            if is_scale {
                continue;
            }
            let (rows, cols) = tensor.rows_and_cols();
            let bytes = self.bytes(tensor);
            let data = match tensor.dtype.as_str() {
                "F32" => floats(bytes),
                "F16" => bytes
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|bytes| from_half(u16::from_le_bytes(*bytes)))
                    .collect(),
                _ => {
                    let scales = self
                        .find(&format!("{full}.scale"))
                        .filter(|scale| scale.dtype == "F32" && scale.n_values() == Some(rows))
                        .ok_or_else(|| wrong(format!("`{full}` has no scale for each row")))?;
                    let scales = floats(self.bytes(scales));
                    bytes
                        .iter()
                        .enumerate()
                        .map(|(at, byte)| {
                            f32::from(i8::from_le_bytes([*byte])) * scales[at / cols.max(1)]
                        })
                        .collect()
                }
            };
            params.add(name, Matrix::new(rows, cols, data));
        }
        Ok(params)
    }

    fn find(&self, name: &str) -> Option<&Tensor> {
        self.tensors
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, tensor)| tensor)
    }

    fn bytes(&self, tensor: &Tensor) -> &'b [u8] {
        &self.body[tensor.data_offsets.0..tensor.data_offsets.1]
    }
}

impl Tensor {
    /// What is wrong with it, in words behind its name.
    fn check(&self, n_body: usize) -> Result<(), String> {
        let width = match self.dtype.as_str() {
            "F32" => 4,
            "F16" => 2,
            "I8" => 1,
            other => {
                return Err(format!(
                    "holds numbers of type {other}; F32, F16 and I8 are read"
                ));
            }
        };
        if self.shape.len() > 2 {
            return Err(format!("has {} dimensions; two are read", self.shape.len()));
        }
        let (from, to) = self.data_offsets;
        let needed = self.n_values().and_then(|n| n.checked_mul(width));
        if from > to || to > n_body || Some(to - from) != needed {
            return Err(format!(
                "of shape {:?} lies at {from} to {to} of {n_body} bytes",
                self.shape
            ));
        }
        Ok(())
    }

    fn n_values(&self) -> Option<usize> {
        self.shape
            .iter()
            .try_fold(1_usize, |n, &size| n.checked_mul(size))
    }

    fn rows_and_cols(&self) -> (usize, usize) {
        match self.shape.as_slice() {
            [rows, cols] => (*rows, *cols),
            [cols] => (1, *cols),
            _ => (1, 1),
        }
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

fn wrong(what: impl Into<String>) -> WeightsError {
    WeightsError(what.into())
}

//! The encoder's file of weights.

use bughound_index::N_DOC_FIELDS;
use bughound_net::weights::{WeightsError, WeightsFile};
use bughound_net::{Matrix, Params, WrongParam};

use super::Encoder;

/// What stands before the names of the encoder's tensors.
pub(in crate::encoder) const PREFIX: &str = "encoder.";

/// Why a file holds no encoder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// It is no file of weights.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A tensor is missing or has another shape.
    #[error("not the weights of an encoder: {0}")]
    Tensor(#[from] WrongParam),
    /// There is no term in it.
    #[error("not the weights of an encoder: it knows no term")]
    Empty,
}

impl Encoder {
    /// Reads safetensors bytes: `encoder.terms` (one row per term: upper and lower 24 of the upper 48 bits of its
    /// hash), `encoder.table`, `encoder.query_table` (only where texts have vectors of their own),
    /// `encoder.document_weight`, `encoder.query_weight`, `encoder.mix` and `encoder.fields`.
    ///
    /// # Errors
    /// [`EncoderError`] where the bytes are anything else.
    pub fn read(bytes: &[u8]) -> Result<Self, EncoderError> {
        let params = WeightsFile::parse(bytes)?.params(PREFIX)?;
        let table = params.find("table").map(|id| params.get(id).shape());
        let (n_terms, dim) = table.unwrap_or_default();
        if n_terms == 0 || dim == 0 {
            return Err(EncoderError::Empty);
        }
        let terms = params.get(params.expect("terms", (n_terms, 2))?);
        let table = params.get(params.expect("table", (n_terms, dim))?);
        let query_table = match params.find("query_table") {
            Some(_) => params.get(params.expect("query_table", (n_terms, dim))?),
            None => table,
        };
        let fields = &params.get(params.expect("fields", (1, N_DOC_FIELDS))?).data;
        let rows = (0..)
            .zip(terms.data.as_chunks::<2>().0)
            .map(|(row, &[upper, lower])| (whole(upper) << 24 | whole(lower), row))
            .collect();
        Ok(Self {
            dim,
            rows,
            documents: weighted(table, &params, "document_weight")?,
            queries: weighted(query_table, &params, "query_weight")?,
            mix: params.get(params.expect("mix", (dim, dim))?).clone(),
            fields: std::array::from_fn(|field| fields[field]),
        })
    }
}

/// A table with each row times its weight.
fn weighted(table: &Matrix, params: &Params, name: &str) -> Result<Matrix, EncoderError> {
    let weights = params.get(params.expect(name, (table.rows, 1))?);
    let mut out = table.clone();
    for (row, &weight) in weights.data.iter().enumerate() {
        for value in out.row_mut(row) {
            *value *= weight;
        }
    }
    Ok(out)
}

/// A whole number that was stored as a float.
fn whole(value: f32) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers of 24 bits; anything else in a damaged file becomes some number"
    )]
    let whole = value as u64;
    whole & 0xff_ffff
}

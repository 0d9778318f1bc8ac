//! The question to a model, beside the answer that it ordered.

use bughound_core::Usage;
use serde::Serialize;

/// What was asked, and what came of it.
#[derive(Debug, Serialize)]
pub(crate) struct RerankRecord {
    /// The model's name at the server.
    pub(crate) model: String,
    /// How many candidates it was asked about.
    pub(crate) candidates: usize,
    /// How many of them it chose; the others kept their order behind them.
    pub(crate) chosen: usize,
    /// Why the order is the built-in one, where the model did not give another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cost_usd: Option<f64>,
}

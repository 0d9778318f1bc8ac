//! What will be needed in memory, from the shapes alone.

use crate::config::ModelConfig;
use crate::generate::block_bytes;
use crate::kernels::attention::BLOCK;
use crate::model::{AdapterConfig, heads};

const NUMBER: u64 = size_of::<f32>() as u64;

/// What is trained, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// The adapter, or all weights where there is none.
    pub adapter: Option<AdapterConfig>,
    /// The most tokens of a micro-batch.
    pub tokens: usize,
    /// The most scored tokens of a micro-batch.
    pub scored: usize,
    /// Layers are computed once more on the way back.
    pub recompute: bool,
}

/// Bytes, by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// The model's weights, and the adapter's.
    pub weights: u64,
    /// Gradients of what is trained.
    pub gradients: u64,
    /// Both moments of what is trained.
    pub optimizer: u64,
    /// What a pass keeps and works with.
    pub activations: u64,
    /// Keys and values.
    pub kv: u64,
}

impl Estimate {
    /// Everything.
    pub fn total(&self) -> u64 {
        self.weights + self.gradients + self.optimizer + self.activations + self.kv
    }

    /// Of training steps.
    pub fn training(model: &ModelConfig, training: &Training) -> Self {
        let trained = match &training.adapter {
            Some(adapter) => adapter_weights(model, adapter),
            None => model.weights() as u64,
        };
        let of_adapter = training.adapter.is_some();
        Self {
            weights: NUMBER * (model.weights() as u64 + if of_adapter { trained } else { 0 }),
            gradients: NUMBER * trained,
            optimizer: 2 * NUMBER * trained,
            activations: NUMBER * activations(model, training),
            kv: 0,
        }
    }

    /// Of a generator whose requests hold `tokens` together.
    pub fn generation(model: &ModelConfig, slots: usize, tokens: usize) -> Self {
        // A request's last block is half empty, or nearly all of it.
        let blocks = tokens.div_ceil(BLOCK) + slots;
        let rows = 512.max(slots);
        Self {
            weights: NUMBER * model.weights() as u64,
            activations: NUMBER
                * ((rows * (kept(model) + room(model))) as u64 + (slots * model.vocab) as u64),
            kv: (blocks * block_bytes(model, heads(model))) as u64,
            ..Self::default()
        }
    }
}

fn adapter_weights(model: &ModelConfig, adapter: &AdapterConfig) -> u64 {
    let layer: usize = adapter
        .targets
        .iter()
        .map(|target| {
            let (inputs, outputs) = target.shape(model);
            adapter.rank * (inputs + outputs)
        })
        .sum();
    (model.layers * layer) as u64
}

/// Numbers that a layer keeps of a token.
fn kept(model: &ModelConfig) -> usize {
    let (queries, keys) = (
        model.heads * model.head_dim,
        model.kv_heads * model.head_dim,
    );
    let raw = match model.family {
        crate::Family::Qwen2 => 0,
        crate::Family::Qwen3 => queries + keys,
    };
    2 * queries + 2 * keys + raw + model.heads + model.hidden + 2 * model.feed_forward
}

/// Numbers of a token that a layer works with.
fn room(model: &ModelConfig) -> usize {
    let (queries, keys) = (
        model.heads * model.head_dim,
        model.kv_heads * model.head_dim,
    );
    2 * model.hidden + 2 * model.feed_forward + 5 * queries + 2 * keys
}

fn activations(model: &ModelConfig, training: &Training) -> u64 {
    let layers = if training.recompute { 1 } else { model.layers };
    let streams = (model.layers + 2) * model.hidden;
    let per_token = streams + layers * kept(model) + room(model) + 2;
    let scored = training.scored * (4 * model.hidden + 3);
    let logits = training.scored.min(512) * model.vocab.min(4096);
    (training.tokens * per_token + scored + logits) as u64
}

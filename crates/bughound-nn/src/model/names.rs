//! Which tensors a model has, under the names that transformers gives them.

use crate::config::{Family, ModelConfig};
use crate::params::{Id, Slots};

/// A linear map inside a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Queries.
    Q,
    /// Keys.
    K,
    /// Values.
    V,
    /// What attention found, back to the residual stream.
    O,
    /// The gate of the feed-forward part.
    Gate,
    /// What is gated.
    Up,
    /// What passed the gate, back to the residual stream.
    Down,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Q,
        Self::K,
        Self::V,
        Self::O,
        Self::Gate,
        Self::Up,
        Self::Down,
    ];

    /// Its name in files, as `q_proj`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Q => "q_proj",
            Self::K => "k_proj",
            Self::V => "v_proj",
            Self::O => "o_proj",
            Self::Gate => "gate_proj",
            Self::Up => "up_proj",
            Self::Down => "down_proj",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    pub(crate) fn path(self, layer: usize) -> String {
        let part = match self {
            Self::Q | Self::K | Self::V | Self::O => "self_attn",
            Self::Gate | Self::Up | Self::Down => "mlp",
        };
        format!("model.layers.{layer}.{part}.{}", self.name())
    }

    /// How many numbers go in and how many come out.
    pub(crate) fn shape(self, config: &ModelConfig) -> (usize, usize) {
        let (queries, keys) = (
            config.heads * config.head_dim,
            config.kv_heads * config.head_dim,
        );
        match self {
            Self::Q => (config.hidden, queries),
            Self::K | Self::V => (config.hidden, keys),
            Self::O => (queries, config.hidden),
            Self::Gate | Self::Up => (config.hidden, config.feed_forward),
            Self::Down => (config.feed_forward, config.hidden),
        }
    }
}

/// A layer's tensors.
#[derive(Clone, Debug)]
pub(crate) struct LayerIds {
    pub(crate) index: usize,
    pub(crate) input_norm: Id,
    pub(crate) weights: [Id; 7],
    /// Of queries, keys and values (Qwen2).
    pub(crate) biases: Option<[Id; 3]>,
    /// Of queries and keys (Qwen3).
    pub(crate) head_norms: Option<[Id; 2]>,
    pub(crate) inner_norm: Id,
}

/// All tensors of a model.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) embedding: Id,
    pub(crate) layers: Vec<LayerIds>,
    pub(crate) norm: Id,
    /// The embedding itself where both are tied.
    pub(crate) head: Id,
}

/// Lists the tensors of a model.
pub(crate) fn slots(config: &ModelConfig) -> (Slots, Ids) {
    let mut slots = Slots::default();
    let embedding = slots.matrix(
        "model.embed_tokens.weight".to_owned(),
        config.vocab,
        config.hidden,
    );
    let layers = (0..config.layers)
        .map(|index| {
            let name = |part: &str| format!("model.layers.{index}.{part}");
            let input_norm = slots.vector(name("input_layernorm.weight"), config.hidden);
            let weights = Target::ALL.map(|target| {
                let (inputs, outputs) = target.shape(config);
                slots.linear(format!("{}.weight", target.path(index)), inputs, outputs)
            });
            let biases = (config.family == Family::Qwen2).then(|| {
                [Target::Q, Target::K, Target::V].map(|target| {
                    slots.vector(
                        format!("{}.bias", target.path(index)),
                        target.shape(config).1,
                    )
                })
            });
            let head_norms = (config.family == Family::Qwen3).then(|| {
                ["q_norm", "k_norm"].map(|norm| {
                    slots.vector(name(&format!("self_attn.{norm}.weight")), config.head_dim)
                })
            });
            let inner_norm = slots.vector(name("post_attention_layernorm.weight"), config.hidden);
            LayerIds {
                index,
                input_norm,
                weights,
                biases,
                head_norms,
                inner_norm,
            }
        })
        .collect();
    let norm = slots.vector("model.norm.weight".to_owned(), config.hidden);
    let head = if config.tied {
        embedding
    } else {
        slots.matrix("lm_head.weight".to_owned(), config.vocab, config.hidden)
    };
    (
        slots,
        Ids {
            embedding,
            layers,
            norm,
            head,
        },
    )
}

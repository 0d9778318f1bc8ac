//! Low-rank adapters (LoRA, arXiv 2106.09685): `y = x·W + alpha/rank · (x·A)·B`, of which `A` and `B` alone learn.

use crate::Error;
use crate::config::ModelConfig;
use crate::kernels::matmul::linear;
use crate::params::{Id, Params, Slots};
use crate::rng::Rng;

use super::Target;

/// The shape of an adapter.
#[derive(Clone, Debug, PartialEq)]
pub struct AdapterConfig {
    /// The inner width.
    pub rank: usize,
    /// What is added is multiplied by `alpha / rank`.
    pub alpha: f32,
    /// Which linear maps are adapted, in every layer.
    pub targets: Vec<Target>,
}

impl Default for AdapterConfig {
    fn default() -> Self {
        Self {
            rank: 16,
            alpha: 32.0,
            targets: Target::ALL.to_vec(),
        }
    }
}

/// What an adapter adds to a model's linear maps.
#[derive(Clone, Debug)]
pub struct Adapter {
    config: AdapterConfig,
    params: Params,
    /// `A` and `B` of each layer's maps.
    ids: Vec<[Option<(Id, Id)>; 7]>,
}

impl Adapter {
    /// One that changes nothing yet: `A` as PEFT draws it, `B` zero.
    pub fn random(model: &ModelConfig, config: AdapterConfig, seed: u64) -> Result<Self, Error> {
        let mut adapter = Self::zeros(model, config)?;
        for (index, layer) in adapter.ids.clone().into_iter().enumerate() {
            for (target, ids) in Target::ALL.into_iter().zip(layer) {
                let Some((a, _)) = ids else { continue };
                // Kaiming's uniform distribution with √5, as a linear map's own weights have it.
                let bound = 1.0 / (target.shape(model).0 as f64).sqrt();
                let mut rng = Rng::derived(seed, (index * 7 + target as usize) as u64);
                for x in adapter.params.get_mut(a) {
                    *x = ((2.0 * rng.uniform() - 1.0) * bound) as f32;
                }
            }
        }
        Ok(adapter)
    }

    pub(crate) fn zeros(model: &ModelConfig, mut config: AdapterConfig) -> Result<Self, Error> {
        config.targets.sort_unstable();
        config.targets.dedup();
        if config.rank == 0 || config.targets.is_empty() {
            return Err(Error::Request(
                "an adapter needs a rank above 0 and at least one target".to_owned(),
            ));
        }
        let mut slots = Slots::default();
        let ids = (0..model.layers)
            .map(|layer| {
                Target::ALL.map(|target| {
                    config.targets.contains(&target).then(|| {
                        let (inputs, outputs) = target.shape(model);
                        let name =
                            |part| format!("base_model.model.{}.{part}.weight", target.path(layer));
                        let a = slots.linear(name("lora_A"), inputs, config.rank);
                        (a, slots.linear(name("lora_B"), config.rank, outputs))
                    })
                })
            })
            .collect();
        Ok(Self {
            config,
            params: slots.zeros(),
            ids,
        })
    }

    /// Its shape.
    pub fn config(&self) -> &AdapterConfig {
        &self.config
    }

    /// Its weights.
    pub fn params(&self) -> &Params {
        &self.params
    }

    pub(crate) fn params_mut(&mut self) -> &mut Params {
        &mut self.params
    }

    pub(crate) fn ids(&self, layer: usize, target: Target) -> Option<(Id, Id)> {
        self.ids[layer][target as usize]
    }

    pub(crate) fn scale(&self) -> f32 {
        self.config.alpha / self.config.rank as f32
    }

    pub(crate) fn rank(&self) -> usize {
        self.config.rank
    }

    /// Adds `scale · A·B` to a map's weights.
    pub(crate) fn add_to(&self, weight: &mut [f32], layer: usize, target: Target) {
        let Some((a, b)) = self.ids(layer, target) else {
            return;
        };
        let rank = self.rank();
        let scaled: Vec<f32> = self
            .params
            .get(a)
            .iter()
            .map(|a| a * self.scale())
            .collect();
        let b = self.params.get(b);
        linear(weight, &scaled, b, (rank, b.len() / rank), true);
    }
}

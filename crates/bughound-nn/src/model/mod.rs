//! A decoder: its shape, its weights, and passes through it.

mod adapter;
mod batch;
mod layer;
mod linear;
mod names;
mod pass;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;
use crate::config::ModelConfig;
use crate::params::Params;
use crate::rng::Rng;
use crate::weights::{self, Precision};

pub use adapter::{Adapter, AdapterConfig};
pub use batch::Batch;
pub use names::Target;
pub use pass::{Pass, PassConfig, Scores};

pub(crate) use batch::check_tokens;
pub(crate) use layer::{Kept, Layer, Place, Room, heads, sized};
pub(crate) use linear::Net;
pub(crate) use names::{Ids, slots};

/// A number that no weights had before. It is compared and never shown.
fn fresh_version() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// A language model.
#[derive(Clone, Debug)]
pub struct Model {
    config: ModelConfig,
    ids: Ids,
    weights: Params,
    adapter: Option<Adapter>,
    version: u64,
}

impl Model {
    /// Reads a model's directory: `config.json` and `model.safetensors`, or its parts by
    /// `model.safetensors.index.json`.
    pub fn load(directory: &Path) -> Result<Self, Error> {
        let mut model = Self::zeros(ModelConfig::load(directory)?)?;
        let ignored = |name: &str| {
            // Computed from the configuration, but written by some.
            name.ends_with("rotary_emb.inv_freq") || (model.config.tied && name == "lm_head.weight")
        };
        weights::read_directory(directory, "model", &mut model.weights, ignored)?;
        Ok(model)
    }

    /// Writes `config.json` and the weights (without the adapter) into a directory that exists.
    pub fn save(&self, directory: &Path, precision: Precision) -> Result<(), Error> {
        const SHARD: usize = 4 << 30;
        self.save_in_parts(directory, precision, SHARD)
    }

    /// The same with files of at most `bytes` where tensors allow.
    pub fn save_in_parts(
        &self,
        directory: &Path,
        precision: Precision,
        bytes: usize,
    ) -> Result<(), Error> {
        let mut config = self.config.to_json();
        config["torch_dtype"] = precision.name().into();
        weights::write_json(&directory.join("config.json"), &config)?;
        weights::write_directory(directory, "model", &self.weights, precision, bytes)
    }

    /// Random weights, as transformers draws them: normal, norms 1, biases 0.
    pub fn random(config: ModelConfig, seed: u64) -> Result<Self, Error> {
        let mut model = Self::zeros(config)?;
        let slots = model.weights.slots().to_vec();
        for (index, slot) in slots.into_iter().enumerate() {
            let range = slot.offset..slot.offset + slot.len();
            let numbers = &mut model.weights.data_mut()[range];
            if slot.is_matrix() {
                let mut rng = Rng::derived(seed, index as u64);
                for x in numbers {
                    *x = (rng.normal() * model.config.init_range) as f32;
                }
            } else if slot.name.ends_with("norm.weight") {
                numbers.fill(1.0);
            }
        }
        Ok(model)
    }

    fn zeros(config: ModelConfig) -> Result<Self, Error> {
        config.check()?;
        let (slots, ids) = slots(&config);
        Ok(Self {
            config,
            ids,
            weights: slots.zeros(),
            adapter: None,
            version: fresh_version(),
        })
    }

    /// Its shape.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Its weights, without the adapter.
    pub fn weights(&self) -> &Params {
        &self.weights
    }

    /// The adapter, where there is one: then it alone is trained.
    pub fn adapter(&self) -> Option<&Adapter> {
        self.adapter.as_ref()
    }

    /// Puts an adapter on, or takes it off.
    pub fn set_adapter(&mut self, adapter: Option<Adapter>) -> Result<(), Error> {
        if let Some(adapter) = &adapter {
            let fitting = Adapter::zeros(&self.config, adapter.config().clone())?;
            if !fitting.params().same_slots(adapter.params()) {
                return Err(Error::Request(
                    "the adapter was made for a model of another shape".to_owned(),
                ));
            }
        }
        self.adapter = adapter;
        self.version = fresh_version();
        Ok(())
    }

    /// Puts an adapter with random `A` and zero `B` on.
    pub fn adapt(&mut self, config: AdapterConfig, seed: u64) -> Result<(), Error> {
        let adapter = Adapter::random(&self.config, config, seed)?;
        self.set_adapter(Some(adapter))
    }

    /// Adds the adapter's maps to the weights, and takes it off.
    pub fn merge_adapter(&mut self) {
        let Some(adapter) = self.adapter.take() else {
            return;
        };
        for layer in &self.ids.layers {
            for target in Target::ALL {
                let weight = self.weights.get_mut(layer.weights[target as usize]);
                adapter.add_to(weight, layer.index, target);
            }
        }
        self.version = fresh_version();
    }

    /// Which weights these are: within one process, equal numbers mean equal weights.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What training changes: the adapter's weights where there is one, all weights otherwise.
    pub fn trained(&self) -> &Params {
        self.adapter.as_ref().map_or(&self.weights, Adapter::params)
    }

    pub(crate) fn trained_mut(&mut self) -> &mut Params {
        self.version = fresh_version();
        match &mut self.adapter {
            Some(adapter) => adapter.params_mut(),
            None => &mut self.weights,
        }
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.ids
    }

    pub(crate) fn layer(&self, index: usize) -> Layer<'_> {
        Layer {
            config: &self.config,
            net: Net {
                weights: &self.weights,
                adapter: self.adapter.as_ref(),
            },
            ids: &self.ids.layers[index],
        }
    }
}

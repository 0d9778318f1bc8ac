//! AdamW over all that a model trains, with clipping of the whole gradient's norm.

mod schedule;

use std::collections::BTreeMap;
use std::path::Path;

use crate::Error;
use crate::kernels::adamw::{Step, norm, step};
use crate::model::{Model, Pass};
use crate::params::Params;
use crate::weights::{Precision, read_file, write_file};

pub use schedule::Schedule;

/// What AdamW is told once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamWConfig {
    /// The decay of the mean of gradients.
    pub beta1: f64,
    /// The decay of the mean of their squares.
    pub beta2: f64,
    /// What is added below the fraction's line.
    pub eps: f64,
    /// Decoupled weight decay, of matrices only.
    pub decay: f64,
    /// The largest norm of a gradient that is not scaled down; none where all pass.
    pub clip: Option<f64>,
}

impl Default for AdamWConfig {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            decay: 0.0,
            clip: Some(1.0),
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The gradient's norm before clipping, after `scale`.
    pub norm: f64,
    /// It was scaled down.
    pub clipped: bool,
}

/// The optimizer and its moments.
pub struct AdamW {
    config: AdamWConfig,
    steps: u64,
    mean: Params,
    square: Params,
}

impl AdamW {
    /// For what this model trains: all of it, or its adapter.
    pub fn new(model: &Model, config: AdamWConfig) -> Self {
        Self {
            config,
            steps: 0,
            mean: model.trained().zeros_like(),
            square: model.trained().zeros_like(),
        }
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Moves the model's weights along the gradients that a pass has added up, times `scale`, and sets them to
    /// zero. Where they are not finite, nothing is changed but that.
    pub fn step(
        &mut self,
        model: &mut Model,
        pass: &mut Pass,
        rate: f64,
        scale: f64,
    ) -> Result<StepReport, Error> {
        let report = self.apply(model, pass.gradients(), rate, scale);
        pass.clear_gradients();
        report
    }

    fn apply(
        &mut self,
        model: &mut Model,
        gradients: Option<&Params>,
        rate: f64,
        scale: f64,
    ) -> Result<StepReport, Error> {
        let gradients = gradients
            .filter(|gradients| {
                gradients.same_slots(&self.mean) && model.trained().same_slots(&self.mean)
            })
            .ok_or_else(|| {
                Error::Request(
                    "there are no gradients of what this optimizer was made for".to_owned(),
                )
            })?;
        let length = norm(gradients.data()) * scale.abs();
        if !(length.is_finite() && rate.is_finite()) {
            let broken = gradients
                .slots()
                .iter()
                .find(|slot| gradients.slot(slot).iter().any(|g| !g.is_finite()));
            let of = broken.map_or(String::new(), |slot| format!(" of {}", slot.name));
            return Err(Error::NotFinite {
                what: format!("the gradient{of}"),
            });
        }
        let clip = self.config.clip.filter(|clip| length > *clip);
        self.steps += 1;
        let correction = |beta: f64| (1.0 - beta.powf(self.steps as f64)) as f32;
        let by = Step {
            rate: rate as f32,
            beta1: self.config.beta1 as f32,
            beta2: self.config.beta2 as f32,
            eps: self.config.eps as f32,
            decay: 0.0,
            scale: (scale * clip.map_or(1.0, |clip| clip / (length + 1e-6))) as f32,
            correction1: correction(self.config.beta1),
            correction2: correction(self.config.beta2),
        };
        let trained = model.trained_mut();
        for slot in gradients.slots() {
            let range = slot.offset..slot.offset + slot.len();
            let decay = if slot.is_matrix() {
                self.config.decay as f32
            } else {
                0.0
            };
            step(
                &mut trained.data_mut()[range.clone()],
                gradients.slot(slot),
                &mut self.mean.data_mut()[range.clone()],
                &mut self.square.data_mut()[range],
                Step { decay, ..by },
            );
        }
        Ok(StepReport {
            norm: length,
            clipped: clip.is_some(),
        })
    }

    /// Writes what a resumed run needs beside the weights, into a directory that exists.
    pub fn save(&self, directory: &Path) -> Result<(), Error> {
        let metadata: BTreeMap<String, String> =
            [("steps".to_owned(), self.steps.to_string())].into();
        for (name, moment) in self.moments() {
            write_file(&directory.join(name), moment, Precision::F32, &metadata)?;
        }
        Ok(())
    }

    /// Reads what [`AdamW::save`] wrote: from there on, steps are what they would have been.
    pub fn load(directory: &Path, model: &Model, config: AdamWConfig) -> Result<Self, Error> {
        let mut optimizer = Self::new(model, config);
        let path = directory.join(MEAN);
        let metadata = read_file(&path, &mut optimizer.mean)?;
        let other = read_file(&directory.join(SQUARE), &mut optimizer.square)?;
        let steps = metadata.get("steps").filter(|_| metadata == other);
        let steps = steps.and_then(|steps| steps.parse().ok());
        optimizer.steps = steps
            .ok_or_else(|| Error::file(&path, format!("and {SQUARE} are not of the same step")))?;
        Ok(optimizer)
    }

    fn moments(&self) -> [(&'static str, &Params); 2] {
        [(MEAN, &self.mean), (SQUARE, &self.square)]
    }
}

const MEAN: &str = "adamw_mean.safetensors";
const SQUARE: &str = "adamw_square.safetensors";

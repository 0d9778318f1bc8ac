//! A pass over a batch: log-probabilities on the way forward, gradients on the way back.

use crate::Error;
use crate::kernels::cross_entropy::{self, Back, Out};
use crate::kernels::rope::Rotation;
use crate::kernels::{embedding, norm};
use crate::params::Params;

use super::layer::{Kept, Place, Room, sized};
use super::linear::Grads;
use super::{Batch, Model};

/// How a pass spends memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassConfig {
    /// Keep each layer's input only and compute the layer once more on the way back: the same gradients to the bit,
    /// a third more time, and a fraction of the memory.
    pub recompute: bool,
}

/// What a model says of the scored tokens of a batch, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Scores<'a> {
    /// Natural logarithms of the tokens' probabilities.
    pub logprobs: &'a [f32],
    /// Entropies of the distributions that they were drawn from.
    pub entropies: &'a [f32],
}

/// Buffers for passes over batches, and the gradients that they add up.
pub struct Pass {
    config: PassConfig,
    rotation: Rotation,
    batch: Batch,
    /// The input of each layer, and what comes out of the last.
    streams: Vec<Vec<f32>>,
    kept: Vec<Kept>,
    room: Room,
    /// The scored rows of the last stream, and the same normalised.
    scored: Vec<f32>,
    normed: Vec<f32>,
    logprobs: Vec<f32>,
    entropies: Vec<f32>,
    log_sums: Vec<f32>,
    d: Vec<f32>,
    d_scored: Vec<f32>,
    d_normed: Vec<f32>,
    logits: Vec<f32>,
    gradients: Option<Params>,
    /// There is a forward pass to go back through.
    ready: bool,
}

impl Pass {
    /// Without memory yet: it is taken as batches come, and kept.
    pub fn new(model: &Model, config: PassConfig) -> Self {
        Self {
            config,
            rotation: Rotation::new(model.config().head_dim, model.config().rope_theta),
            batch: Batch::new(),
            streams: Vec::new(),
            kept: Vec::new(),
            room: Room::default(),
            scored: Vec::new(),
            normed: Vec::new(),
            logprobs: Vec::new(),
            entropies: Vec::new(),
            log_sums: Vec::new(),
            d: Vec::new(),
            d_scored: Vec::new(),
            d_normed: Vec::new(),
            logits: Vec::new(),
            gradients: None,
            ready: false,
        }
    }

    /// Log-probabilities with what [`Pass::backward`] needs kept.
    pub fn forward(&mut self, model: &Model, batch: &Batch) -> Result<Scores<'_>, Error> {
        self.run(model, batch, true)
    }

    /// The same numbers where nobody will go back: memory for one layer.
    pub fn score(&mut self, model: &Model, batch: &Batch) -> Result<Scores<'_>, Error> {
        self.run(model, batch, false)
    }

    /// Adds the gradients of a loss up, given its gradient with respect to each of the forward pass's
    /// log-probabilities. One call for each [`Pass::forward`].
    pub fn backward(&mut self, model: &Model, d_logprobs: &[f32]) -> Result<(), Error> {
        if !self.ready || d_logprobs.len() != self.batch.scored() {
            return Err(Error::Request(format!(
                "backward wants one gradient for each of the {} scores of a forward pass before it, and got {}",
                if self.ready { self.batch.scored() } else { 0 },
                d_logprobs.len()
            )));
        }
        if d_logprobs.iter().any(|d| !d.is_finite()) {
            return Err(Error::NotFinite {
                what: "the loss's gradient".to_owned(),
            });
        }
        self.ready = false;
        let mut gradients = match self.gradients.take() {
            Some(gradients) if gradients.same_slots(model.trained()) => gradients,
            _ => model.trained().zeros_like(),
        };
        let mut grads = Grads {
            params: &mut gradients,
            of_adapter: model.adapter().is_some(),
        };
        self.back_through_head(model, d_logprobs, &mut grads);
        let place = Place {
            positions: &self.batch.positions,
            segments: &self.batch.segments,
            rotation: &self.rotation,
        };
        for index in (0..model.config().layers).rev() {
            let layer = model.layer(index);
            let x = &self.streams[index];
            let kept = if self.config.recompute {
                let (kept, out) = (&mut self.kept[0], &mut self.scored);
                sized(out, x.len());
                layer.forward(out, x, kept, &mut self.room, place);
                kept
            } else {
                &mut self.kept[index]
            };
            layer.backward(&mut self.d, x, kept, &mut self.room, place, &mut grads);
        }
        if let Some(d_table) = grads.of(model.ids().embedding) {
            embedding::backward(d_table, &self.d, &self.batch.tokens);
        }
        self.gradients = Some(gradients);
        Ok(())
    }

    /// The gradients so far; none before the first way back.
    pub fn gradients(&self) -> Option<&Params> {
        self.gradients.as_ref()
    }

    /// Gradients begin at zero again.
    pub fn clear_gradients(&mut self) {
        if let Some(gradients) = &mut self.gradients {
            gradients.data_mut().fill(0.0);
        }
    }

    fn run(&mut self, model: &Model, batch: &Batch, keep: bool) -> Result<Scores<'_>, Error> {
        batch.check(model.config())?;
        self.ready = false;
        self.batch.clone_from(batch);
        let longest = batch
            .segments
            .iter()
            .map(std::ops::Range::len)
            .max()
            .unwrap_or(0);
        self.rotation.prepare(longest);
        let (config, ids) = (model.config(), model.ids());
        let numbers = batch.rows() * config.hidden;
        let streams = if keep { config.layers + 1 } else { 2 };
        let kept = if keep && !self.config.recompute {
            config.layers
        } else {
            1
        };
        self.streams
            .resize_with(streams.max(self.streams.len()), Vec::new);
        self.kept
            .resize_with(kept.max(self.kept.len()), Kept::default);
        sized(&mut self.streams[0], numbers);
        embedding::forward(
            &mut self.streams[0],
            model.weights().get(ids.embedding),
            &batch.tokens,
        );
        let place = Place {
            positions: &self.batch.positions,
            segments: &self.batch.segments,
            rotation: &self.rotation,
        };
        for index in 0..if batch.rows() == 0 { 0 } else { config.layers } {
            let (before, after) = self.streams.split_at_mut(if keep { index + 1 } else { 1 });
            let (x, out) = (&mut before[before.len() - 1], &mut after[0]);
            sized(out, numbers);
            let kept = &mut self.kept[if kept == 1 { 0 } else { index }];
            model
                .layer(index)
                .forward(out, x, kept, &mut self.room, place);
            if !keep {
                std::mem::swap(x, out);
            }
        }
        let last = &self.streams[if keep { config.layers } else { 0 }];
        let scored = batch.scored();
        sized(&mut self.scored, scored * config.hidden);
        for (to, row) in self.scored.chunks_exact_mut(config.hidden).zip(&batch.rows) {
            to.copy_from_slice(&last[*row as usize * config.hidden..][..config.hidden]);
        }
        sized(&mut self.normed, self.scored.len());
        norm::forward(
            &mut self.normed,
            &self.scored,
            model.weights().get(ids.norm),
            config.norm_eps,
        );
        for buffer in [&mut self.logprobs, &mut self.entropies, &mut self.log_sums] {
            sized(buffer, scored);
        }
        let out = Out {
            logprobs: &mut self.logprobs,
            entropies: &mut self.entropies,
            log_sums: &mut self.log_sums,
        };
        cross_entropy::forward(
            out,
            &self.normed,
            model.weights().get(ids.head),
            config.hidden,
            &batch.targets,
        );
        if let Some(index) = self
            .logprobs
            .iter()
            .position(|logprob| !logprob.is_finite())
        {
            return Err(Error::NotFinite {
                what: format!("the log-probability of scored token {index}"),
            });
        }
        self.ready = keep;
        Ok(Scores {
            logprobs: &self.logprobs,
            entropies: &self.entropies,
        })
    }

    /// From log-probabilities to the gradient of the last layer's output, in `self.d`.
    fn back_through_head(&mut self, model: &Model, d_logprobs: &[f32], grads: &mut Grads<'_>) {
        let (config, ids) = (model.config(), model.ids());
        let width = config.hidden;
        // The rows before the norm: their place may have been used for something else since.
        let last = &self.streams[config.layers];
        sized(&mut self.scored, self.batch.scored() * width);
        for (to, row) in self.scored.chunks_exact_mut(width).zip(&self.batch.rows) {
            to.copy_from_slice(&last[*row as usize * width..][..width]);
        }
        sized(&mut self.d_normed, self.scored.len());
        sized(&mut self.d_scored, self.scored.len());
        let back = Back {
            hidden: &self.normed,
            table: model.weights().get(ids.head),
            width,
            targets: &self.batch.targets,
            log_sums: &self.log_sums,
            gradient: d_logprobs,
        };
        cross_entropy::backward(
            &mut self.d_normed,
            grads.of(ids.head),
            back,
            &mut self.logits,
        );
        let w = model.weights().get(ids.norm);
        let dw = grads.of(ids.norm);
        norm::backward(
            &mut self.d_scored,
            dw,
            &self.d_normed,
            &self.scored,
            w,
            config.norm_eps,
            false,
        );
        sized(&mut self.d, last.len());
        self.d.fill(0.0);
        for (from, row) in self.d_scored.chunks_exact(width).zip(&self.batch.rows) {
            self.d[*row as usize * width..][..width].copy_from_slice(from);
        }
    }
}

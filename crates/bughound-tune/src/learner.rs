//! A model that learns: its weights, passes over sequences, and the optimizer.

use std::ops::Range;

use bughound_nn::{
    AdamW, AdamWConfig, Batch, Error, Model, Pass, PassConfig, Schedule, StepReport,
};
use bughound_tokens::Sample;

use crate::batches::packed;
use crate::recipe::{self, OptimizerSettings};

/// What a model says of a sequence's own tokens, in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// Natural logarithms of their probabilities.
    pub(crate) logprobs: &'a [f32],
    /// Entropies of the distributions.
    pub(crate) entropies: &'a [f32],
}

/// From what a model says of the sequences of a pass, each with its number, to the loss's slopes.
type Slopes<'s> = dyn FnMut(&[(usize, Said<'_>)]) -> Vec<Vec<f32>> + 's;

/// What is done with each pass: its batch, and which of the batch's scores are which sequence's.
type Each<'e> =
    dyn FnMut(&mut Pass, &Model, &Batch, &[(usize, Range<usize>)]) -> Result<(), Error> + 'e;

/// A model that learns.
pub(crate) struct Learner {
    model: Model,
    pass: Pass,
    optimizer: AdamW,
    schedule: Schedule,
    pass_tokens: usize,
}

/// How a recipe's settings are told to the optimizer.
pub(crate) fn optimizer_of(settings: &OptimizerSettings) -> AdamWConfig {
    AdamWConfig {
        beta1: settings.betas.0,
        beta2: settings.betas.1,
        eps: settings.epsilon,
        decay: settings.weight_decay,
        clip: Some(settings.clip),
    }
}

/// The rate at each of `steps` steps.
pub(crate) fn schedule_of(settings: &OptimizerSettings, steps: u64) -> Schedule {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of steps"
    )]
    let warm_up = (settings.warm_up.clamp(0.0, 1.0) * steps as f64).round() as u64;
    match settings.schedule {
        recipe::Schedule::Constant => Schedule::constant(settings.rate, warm_up),
        recipe::Schedule::Cosine => Schedule::cosine(settings.rate, warm_up, steps, 0.0),
    }
}

impl Learner {
    /// A model at the beginning of a stage of `steps` steps, or where `optimizer` left off.
    pub(crate) fn new(
        model: Model,
        optimizer: Option<AdamW>,
        settings: &OptimizerSettings,
        steps: u64,
        pass_tokens: usize,
        recompute: bool,
    ) -> Self {
        let optimizer = optimizer.unwrap_or_else(|| AdamW::new(&model, optimizer_of(settings)));
        Self {
            pass: Pass::new(&model, PassConfig { recompute }),
            optimizer,
            schedule: schedule_of(settings, steps),
            pass_tokens,
            model,
        }
    }

    /// The model as it is now.
    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    /// The optimizer as it is now.
    pub(crate) fn optimizer(&self) -> &AdamW {
        &self.optimizer
    }

    /// The model, learnt.
    pub(crate) fn into_model(self) -> Model {
        self.model
    }

    /// The rate of the next step.
    pub(crate) fn rate(&self) -> f64 {
        self.schedule.rate(self.optimizer.steps())
    }

    /// Adds up the gradients of a loss over sequences: `slopes` is given what the model says of each sequence of a pass, by its number in
    /// `samples`, and gives the loss's slope in each log-probability.
    ///
    /// # Errors
    /// Where a sequence does not fit the model, or a number is not finite.
    pub(crate) fn gather(
        &mut self,
        samples: &[&Sample],
        slopes: &mut Slopes<'_>,
    ) -> Result<(), Error> {
        self.walk(samples, &mut |pass, model, batch, of| {
            let scores = pass.forward(model, batch)?;
            let slopes = slopes(&split(&scores, of)).concat();
            pass.backward(model, &slopes)
        })
    }

    /// What the model says of each sequence's own tokens, without learning: log-probabilities.
    ///
    /// # Errors
    /// Where a sequence does not fit the model.
    pub(crate) fn score(&mut self, samples: &[&Sample]) -> Result<Vec<Vec<f32>>, Error> {
        let mut all: Vec<Vec<f32>> = vec![Vec::new(); samples.len()];
        self.walk(samples, &mut |pass, model, batch, of| {
            let scores = pass.score(model, batch)?;
            for (at, said) in split(&scores, of) {
                all[at] = said.logprobs.to_vec();
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// Moves the weights along what was gathered.
    ///
    /// # Errors
    /// Where the gradient is not finite; nothing is changed then.
    pub(crate) fn step(&mut self) -> Result<StepReport, Error> {
        let rate = self.rate();
        self.optimizer
            .step(&mut self.model, &mut self.pass, rate, 1.0)
    }

    /// Forgets what was gathered.
    pub(crate) fn forget(&mut self) {
        self.pass.clear_gradients();
    }

    fn walk(&mut self, samples: &[&Sample], each: &mut Each<'_>) -> Result<(), Error> {
        let lengths: Vec<usize> = samples.iter().map(|sample| sample.ids.len()).collect();
        let mut batch = Batch::new();
        for places in packed(&lengths, self.pass_tokens) {
            batch.clear();
            let of: Vec<(usize, Range<usize>)> = places
                .iter()
                .map(|&at| (at, batch.push(&samples[at].ids, &samples[at].own)))
                .collect();
            each(&mut self.pass, &self.model, &batch, &of)?;
        }
        Ok(())
    }
}

fn split<'a>(
    scores: &bughound_nn::Scores<'a>,
    of: &[(usize, Range<usize>)],
) -> Vec<(usize, Said<'a>)> {
    of.iter()
        .map(|(at, range)| {
            let said = Said {
                logprobs: &scores.logprobs[range.clone()],
                entropies: &scores.entropies[range.clone()],
            };
            (*at, said)
        })
        .collect()
}

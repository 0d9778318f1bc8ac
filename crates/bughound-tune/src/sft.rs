//! The first stage: imitation of chosen episodes.
//!
//! The loss of a step is the mean of `−ln p` over the tokens that the policy wrote, of all sequences of the step together; what the
//! environment said is read and not learnt.

use std::path::Path;

use bughound_nn::Model;
use bughound_tokens::Sample;
use serde::Serialize;

use crate::batches::shuffled;
use crate::checkpoint::{Checkpoints, State, load};
use crate::learner::Learner;
use crate::recipe::SftSettings;
use crate::{TuneError, Watch};

/// What is imitated, and how.
pub struct Sft<'a> {
    /// The sequences.
    pub samples: &'a [Sample],
    /// Settings.
    pub settings: &'a SftSettings,
    /// Whether layers are computed again in the backward pass.
    pub recompute: bool,
    /// Of every random choice.
    pub seed: u64,
    /// Steps between checkpoints.
    pub save_every: u64,
    /// Where checkpoints are.
    pub checkpoints: &'a Checkpoints<'a>,
}

/// A step of imitation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SftStep {
    /// The pass over the episodes, from 0.
    pub epoch: usize,
    /// Rate of learning.
    pub rate: f64,
    /// Mean of `−ln p` over own tokens.
    pub loss: f64,
    /// `exp(−loss)`: the geometric mean of the probabilities of own tokens.
    pub probability: f64,
    /// Mean entropy at own tokens.
    pub entropy: f64,
    /// Length of the gradient before it was cut.
    pub gradient: f64,
    /// Sequences.
    pub n_sequences: usize,
    /// Tokens that were read and written.
    pub n_tokens: usize,
    /// Of these the policy's own.
    pub n_own: usize,
}

/// What imitation brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SftSummary {
    /// Sequences that were learnt from.
    pub n_sequences: usize,
    /// Sequences that are longer than the model's context; they were left out, never cut.
    pub n_too_long: usize,
    /// Steps.
    pub n_steps: u64,
    /// Loss of the first and of the last step.
    pub loss: (f64, f64),
}

impl Sft<'_> {
    /// Trains a model, from its latest checkpoint on where there is one.
    ///
    /// # Errors
    /// [`TuneError`].
    pub fn run(
        &self,
        model: Model,
        watch: &mut dyn Watch,
    ) -> Result<(Model, SftSummary), TuneError> {
        let context = model.config().context;
        let fits = |sample: &&Sample| sample.ids.len() <= context + 1 && sample.n_own() > 0;
        let samples: Vec<&Sample> = self.samples.iter().filter(fits).collect();
        let n_too_long = (self.samples.iter())
            .filter(|sample| sample.ids.len() > context + 1)
            .count();
        if samples.is_empty() {
            return Err(TuneError::Nothing(format!(
                "there is no sequence to imitate: of {} {n_too_long} are longer than the context of {context} tokens",
                self.samples.len()
            )));
        }
        let each = samples.len().div_ceil(self.settings.batch);
        let n_steps = (each * self.settings.epochs) as u64;
        let (model, optimizer, first) = match self.checkpoints.latest()? {
            Some((folder, state)) => {
                let (model, optimizer) = load(&folder, Some(&model), &self.settings.optimizer)?;
                (model, Some(optimizer), state.step)
            }
            None => (model, None, 0),
        };
        let mut learner = Learner::new(
            model,
            optimizer,
            &self.settings.optimizer,
            n_steps,
            self.settings.pass_tokens,
            self.recompute,
        );
        watch.begin("sft", first, n_steps)?;
        let mut summary = SftSummary {
            n_sequences: samples.len(),
            n_too_long,
            n_steps,
            loss: (f64::NAN, f64::NAN),
        };
        for step in first..n_steps {
            let at = usize::try_from(step).unwrap_or(usize::MAX);
            let (epoch, within) = (at / each, at % each);
            let order = shuffled(samples.len(), self.seed, epoch);
            let chosen: Vec<&Sample> = order
                .chunks(self.settings.batch)
                .nth(within)
                .unwrap_or_default()
                .iter()
                .map(|&at| samples[at])
                .collect();
            let record = self.step(&mut learner, &chosen, epoch, step)?;
            if summary.loss.0.is_nan() {
                summary.loss.0 = record.loss;
            }
            summary.loss.1 = record.loss;
            watch.step(
                "sft",
                step,
                &serde_json::to_value(record).unwrap_or_default(),
            )?;
            let done = step + 1;
            let stop = watch.should_stop();
            if done.is_multiple_of(self.save_every.max(1)) || done == n_steps || stop {
                let state = State {
                    stage: "sft".to_owned(),
                    step: done,
                    run: self.checkpoints.run.to_owned(),
                    best: None,
                };
                self.checkpoints
                    .save(learner.model(), learner.optimizer(), &state)?;
            }
            if stop && done < n_steps {
                return Err(TuneError::Stopped);
            }
        }
        Ok((learner.into_model(), summary))
    }

    fn step(
        &self,
        learner: &mut Learner,
        samples: &[&Sample],
        epoch: usize,
        step: u64,
    ) -> Result<SftStep, TuneError> {
        let n_own: usize = samples.iter().map(|sample| scored(sample)).sum();
        let weight = 1.0 / n_own.max(1) as f64;
        let rate = learner.rate();
        let (mut loss, mut entropy) = (0.0, 0.0);
        let gathered = learner.gather(samples, &mut |said| {
            said.iter()
                .map(|(_, said)| {
                    loss -= weight * sum(said.logprobs);
                    entropy += weight * sum(said.entropies);
                    #[expect(clippy::cast_possible_truncation, reason = "gradients are of 32 bits")]
                    let slope = -weight as f32;
                    vec![slope; said.logprobs.len()]
                })
                .collect()
        });
        let report = gathered.and_then(|()| learner.step());
        let report = report.map_err(|source| {
            learner.forget();
            not_finite("sft", step, source, samples, self.checkpoints.out)
        })?;
        Ok(SftStep {
            epoch,
            rate,
            loss,
            probability: (-loss).exp(),
            entropy,
            gradient: report.norm,
            n_sequences: samples.len(),
            n_tokens: samples.iter().map(|sample| sample.ids.len()).sum(),
            n_own,
        })
    }
}

/// Own tokens that have one before them.
pub(crate) fn scored(sample: &Sample) -> usize {
    sample.own.iter().skip(1).filter(|own| **own).count()
}

fn sum(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&number| f64::from(number)).sum()
}

/// An error of a step; where numbers ran away, its batch is kept.
pub(crate) fn not_finite(
    stage: &'static str,
    step: u64,
    source: bughound_nn::Error,
    samples: &[&Sample],
    out: &Path,
) -> TuneError {
    if !matches!(source, bughound_nn::Error::NotFinite { .. }) {
        return source.into();
    }
    let batch = out.join(format!("{stage}-{step:06}-batch.json"));
    let sequences: Vec<_> = samples
        .iter()
        .map(|sample| serde_json::json!({"ids": sample.ids, "own": sample.own}))
        .collect();
    let text = serde_json::Value::from(sequences).to_string();
    if let Err(error) = std::fs::write(&batch, text) {
        return TuneError::io("write", &batch)(error);
    }
    TuneError::NotFinite {
        stage,
        step,
        source,
        batch,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use bughound_nn::{Family, ModelConfig};

    use super::*;
    use crate::recipe::{OptimizerSettings, Schedule, Thinking};
    use crate::select::SelectSettings;

    pub(crate) fn model() -> Model {
        let config = ModelConfig {
            family: Family::Qwen3,
            vocab: 50,
            hidden: 16,
            layers: 2,
            heads: 2,
            kv_heads: 1,
            head_dim: 8,
            feed_forward: 24,
            norm_eps: 1e-6,
            rope_theta: 10_000.0,
            context: 32,
            tied: true,
            init_range: 0.02,
            end_tokens: Vec::new(),
        };
        Model::random(config, 1).unwrap()
    }

    pub(crate) fn settings() -> SftSettings {
        SftSettings {
            epochs: 4,
            batch: 3,
            pass_tokens: 40,
            thinking: Thinking::Strip,
            select: SelectSettings::default(),
            optimizer: OptimizerSettings {
                rate: 0.01,
                betas: (0.9, 0.95),
                epsilon: 1e-8,
                weight_decay: 0.1,
                warm_up: 0.2,
                schedule: Schedule::Cosine,
                clip: 1.0,
            },
        }
    }

    /// Counting up, each from another number; the first two tokens are given.
    pub(crate) fn samples() -> Vec<Sample> {
        (0..8_u32)
            .map(|first| {
                let ids: Vec<u32> = (0..12 + first % 3)
                    .map(|at| (first * 5 + at) % 50)
                    .collect();
                Sample {
                    own: (0..ids.len()).map(|at| at >= 2).collect(),
                    ids,
                    ..Sample::default()
                }
            })
            .collect()
    }

    /// Stops after so many steps.
    struct StopAfter(u64);

    impl Watch for StopAfter {
        fn step(&mut self, _: &str, _: u64, _: &serde_json::Value) -> Result<(), TuneError> {
            self.0 = self.0.saturating_sub(1);
            Ok(())
        }

        fn should_stop(&self) -> bool {
            self.0 == 0
        }
    }

    fn run(
        out: &Path,
        samples: &[Sample],
        run: &str,
        watch: &mut dyn Watch,
    ) -> Result<(Model, SftSummary), TuneError> {
        let sft = Sft {
            samples,
            settings: &settings(),
            recompute: false,
            seed: 7,
            save_every: 5,
            checkpoints: &Checkpoints {
                out,
                stage: "sft",
                run,
                tokenizer: out,
            },
        };
        sft.run(model(), watch)
    }

    #[test]
    fn a_run_that_goes_on_is_one_that_was_not_interrupted() {
        let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (expected, summary) = run(whole.path(), &samples(), "a", &mut ()).unwrap();
        assert_eq!(summary.n_steps, 12);
        assert!(summary.loss.1 < summary.loss.0 - 0.5, "{summary:?}");
        for stop in [1, 4, 3] {
            let error = run(parts.path(), &samples(), "a", &mut StopAfter(stop)).unwrap_err();
            assert!(matches!(error, TuneError::Stopped), "{error}");
        }
        let (found, _) = run(parts.path(), &samples(), "a", &mut ()).unwrap();
        assert_eq!(found.weights().data(), expected.weights().data());

        let error = run(parts.path(), &samples(), "b", &mut ()).unwrap_err();
        assert!(error.to_string().contains("is of another run"), "{error}");
    }

    #[test]
    fn sequences_beyond_the_context_are_counted_and_not_cut() {
        let mut samples = samples();
        samples[0].ids = vec![1; 40];
        samples[0].own = vec![true; 40];
        let folder = tempfile::tempdir().unwrap();
        let (_, summary) = run(folder.path(), &samples, "a", &mut ()).unwrap();
        assert_eq!((summary.n_sequences, summary.n_too_long), (7, 1));
        let folder = tempfile::tempdir().unwrap();
        let error = run(folder.path(), &samples[..1], "a", &mut ()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("1 are longer than the context of 32 tokens"),
            "{error}"
        );
    }

    #[test]
    fn numbers_that_run_away_stop_it_and_the_batch_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut broken = settings();
        broken.optimizer.rate = 1e30;
        let sft = Sft {
            samples: &samples(),
            settings: &broken,
            recompute: false,
            seed: 7,
            save_every: 1,
            checkpoints: &Checkpoints {
                out: folder.path(),
                stage: "sft",
                run: "a",
                tokenizer: folder.path(),
            },
        };
        let error = sft.run(model(), &mut ()).unwrap_err();
        let TuneError::NotFinite { batch, step, .. } = &error else {
            panic!("{error}");
        };
        assert!(batch.is_file() && *step > 0, "{error}");
    }
}

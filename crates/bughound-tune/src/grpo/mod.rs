//! The second stage: reinforcement with live tools.
//!
//! Each step draws tasks, runs a group of episodes of each, holds every episode against its group, and moves the weights along the
//! objective's gradient in the log-probabilities of the tokens that the policy wrote. What tools said, what a template added, and
//! episodes that a fault ended teach nothing.
//!
//! Sampling of step `t` uses the weights of step `max(t − staleness, last checkpoint)`, whatever the machine's speed: with a staleness
//! of 1 or more, the next episodes run while the weights learn from the last, and a run that is continued at a checkpoint draws the same
//! episodes as one that was not interrupted.

mod record;
mod sample;
mod update;
mod versions;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bughound_agent::Cancel;
use bughound_llm::Sampling;
use bughound_local::{Engine, EngineSettings, LocalPolicy};
use bughound_nn::Model;
use bughound_tokens::Tokenizer;
use serde::Serialize;

use crate::arena::{Arena, Group, run_groups};
use crate::checkpoint::{Checkpoints, State, load, write_model};
use crate::episode::{Reading, samples_of};
use crate::learner::Learner;
use crate::quality::{Quality, quality};
use crate::recipe::GrpoSettings;
use crate::{TuneError, Watch};

pub use record::GrpoStep;

use sample::{Lesson, Sampler};
use update::{Weighed, update};
use versions::Versions;

/// What is learnt from, and how.
pub struct Grpo<'a> {
    /// Where episodes are run.
    pub arena: &'a dyn Arena,
    /// Tasks that are never learnt from, for curves and for the best checkpoint.
    pub held_out: Option<&'a dyn Arena>,
    /// Settings.
    pub settings: &'a GrpoSettings,
    /// Whether layers are computed again in the backward pass.
    pub recompute: bool,
    /// Of every random choice.
    pub seed: u64,
    /// Episodes at the same time.
    pub at_once: usize,
    /// How the policy talks.
    pub reading: &'a Reading<'a>,
    /// The tokenizer, shared with the engine.
    pub tokenizer: &'a Arc<Tokenizer>,
    /// How the engine computes.
    pub engine: &'a EngineSettings,
    /// Where checkpoints are.
    pub checkpoints: &'a Checkpoints<'a>,
    /// Set by whoever wants it to stop.
    pub cancel: &'a Cancel,
}

/// What reinforcement brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GrpoSummary {
    /// Steps.
    pub n_steps: u64,
    /// Quality on held-out tasks by the number of steps behind it.
    pub held_out: Vec<(u64, Quality)>,
    /// The step of the best of them, whose model is in `best`.
    pub best: Option<u64>,
    /// Steps of this call in which no group taught anything.
    pub n_without_variance: u64,
}

/// Episodes of a step, with the weights' step that they were drawn with.
struct Drawn {
    lessons: Vec<Lesson>,
    record: GrpoStep,
}

impl Grpo<'_> {
    /// Trains a model, from its latest checkpoint on where there is one. `model` is also the reference that a divergence pulls to.
    ///
    /// # Errors
    /// [`TuneError`].
    pub fn run(
        &self,
        model: Model,
        watch: &mut dyn Watch,
    ) -> Result<(Model, GrpoSummary), TuneError> {
        if self.arena.n_tasks() == 0 {
            return Err(TuneError::Nothing(
                "there is no task to learn from".to_owned(),
            ));
        }
        let n_steps = self.settings.steps as u64;
        let reference = (self.settings.kl > 0.0).then(|| model.clone());
        let (model, optimizer, first, mut best) = match self.checkpoints.latest()? {
            Some((folder, state)) => {
                let (model, optimizer) = load(&folder, Some(&model), &self.settings.optimizer)?;
                (model, Some(optimizer), state.step, state.best)
            }
            None => (model, None, 0, None),
        };
        let mut learner = Learner::new(
            model,
            optimizer,
            &self.settings.optimizer,
            n_steps * self.settings.updates as u64,
            self.settings.pass_tokens,
            self.recompute,
        );
        let mut reference = reference.map(|model| {
            let settings = &self.settings.optimizer;
            Learner::new(model, None, settings, 1, self.settings.pass_tokens, true)
        });
        watch.begin("grpo", first, n_steps)?;
        let mut summary = GrpoSummary {
            n_steps,
            held_out: Vec::new(),
            best: best.map(|(_, step)| step),
            n_without_variance: 0,
        };
        if first == 0 {
            self.evaluate(&learner, 0, &mut best, &mut summary, watch)?;
        }
        let versions = Versions::new(first, Arc::new(learner.model().clone()));
        let (sender, drawn) = sync_channel(self.settings.staleness);
        std::thread::scope(|scope| {
            let held = &versions;
            let sampler = scope.spawn(move || self.sample(first, n_steps, held, &sender));
            let mut learnt = Ok(());
            for step in first..n_steps {
                learnt = self.step(
                    &mut learner,
                    reference.as_mut(),
                    step,
                    &drawn,
                    &versions,
                    &mut best,
                    &mut summary,
                    watch,
                );
                if learnt.is_err() {
                    break;
                }
            }
            // Whoever still samples does it for nobody.
            if learnt.is_err() {
                self.cancel.cancel();
            }
            versions.close();
            drop(drawn);
            let sampled = sampler.join().unwrap_or_else(|_| {
                Err(TuneError::Nothing(
                    "the thread that samples has crashed; please report this".to_owned(),
                ))
            });
            learnt.and(sampled)
        })?;
        Ok((learner.into_model(), summary))
    }

    /// Draws the episodes of all steps, each with the weights that are its.
    fn sample(
        &self,
        first: u64,
        n_steps: u64,
        versions: &Versions,
        drawn: &SyncSender<Drawn>,
    ) -> Result<(), TuneError> {
        let sampler = Sampler {
            arena: self.arena,
            settings: self.settings,
            seed: self.seed,
            at_once: self.at_once,
            cancel: self.cancel,
        };
        let mut engine: Option<(u64, Engine)> = None;
        for step in first..n_steps {
            let wanted = self.weights_of(step);
            let Some(model) = versions.wait(wanted) else {
                return Ok(());
            };
            let current = match engine.take() {
                Some((version, engine)) => {
                    if version != wanted {
                        engine.replace(model);
                    }
                    engine
                }
                None => self.start(model)?,
            };
            let policy = self.policy(&current, self.settings.temperature);
            let (lessons, mut record) = sampler.step(&policy, step);
            record.staleness = step - wanted;
            engine = Some((wanted, current));
            if self.cancel.is_cancelled() || drawn.send(Drawn { lessons, record }).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The step whose weights draw the episodes of `step`.
    fn weights_of(&self, step: u64) -> u64 {
        let every = (self.settings.save_every as u64).max(1);
        step.saturating_sub(self.settings.staleness as u64)
            .max(step / every * every)
    }

    fn start(&self, model: Arc<Model>) -> Result<Engine, TuneError> {
        Engine::start(model, Arc::clone(self.tokenizer), self.engine).map_err(TuneError::io(
            "start the thread of",
            std::path::Path::new("the engine"),
        ))
    }

    fn policy(&self, engine: &Engine, temperature: f64) -> LocalPolicy {
        let sampling = Sampling {
            temperature: Some(temperature),
            top_p: Some(self.settings.top_p),
            max_tokens: Some(u32::try_from(self.settings.max_reply_tokens).unwrap_or(u32::MAX)),
            ..Sampling::default()
        };
        LocalPolicy::new(
            engine.clone(),
            "trained".to_owned(),
            self.reading.dialect,
            sampling,
        )
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the state of a run that is stepped"
    )]
    fn step(
        &self,
        learner: &mut Learner,
        reference: Option<&mut Learner>,
        step: u64,
        drawn: &Receiver<Drawn>,
        versions: &Versions,
        best: &mut Option<(f64, u64)>,
        summary: &mut GrpoSummary,
        watch: &mut dyn Watch,
    ) -> Result<(), TuneError> {
        let waited = watch.seconds();
        let Drawn {
            lessons,
            mut record,
        } = loop {
            if watch.should_stop() {
                return Err(TuneError::Stopped);
            }
            match drawn.recv_timeout(std::time::Duration::from_millis(100)) {
                Ok(drawn) => break drawn,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                // The thread that samples has ended; its error is what counts.
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(TuneError::Stopped);
                }
            }
        };
        let begun = watch.seconds();
        record.sampling_seconds = begun - waited;
        let mut weighed = self.weigh(learner.model(), &lessons, &mut record)?;
        if let Some(reference) = reference {
            let samples: Vec<_> = weighed.iter().map(|it| &it.sample).collect();
            let said = reference.score(&samples)?;
            for (weighed, said) in weighed.iter_mut().zip(said) {
                weighed.reference = Some(said);
            }
        }
        if weighed.is_empty() {
            summary.n_without_variance += 1;
        }
        update(
            learner,
            &weighed,
            self.settings,
            step,
            &mut record,
            self.checkpoints.out,
        )?;
        record.learning_seconds = watch.seconds() - begun;
        watch.step(
            "grpo",
            step,
            &serde_json::to_value(&record).unwrap_or_default(),
        )?;

        let done = step + 1;
        versions.publish(done, Arc::new(learner.model().clone()));
        let is_due = |every: usize| every > 0 && done.is_multiple_of(every as u64);
        let is_last = done == summary.n_steps;
        if is_due(self.settings.evaluate_every) || is_last {
            self.evaluate(learner, done, best, summary, watch)?;
        }
        if is_due(self.settings.save_every) || is_last {
            let state = State {
                stage: "grpo".to_owned(),
                step: done,
                run: self.checkpoints.run.to_owned(),
                best: *best,
            };
            self.checkpoints
                .save(learner.model(), learner.optimizer(), &state)?;
        }
        Ok(())
    }

    /// The sequences of the episodes of a step.
    fn weigh(
        &self,
        model: &Model,
        lessons: &[Lesson],
        record: &mut GrpoStep,
    ) -> Result<Vec<Weighed>, TuneError> {
        let context = model.config().context;
        let mut weighed = Vec::new();
        for lesson in lessons {
            for sample in samples_of(&lesson.trace, self.reading)? {
                if sample.ids.len() > context + 1 {
                    record.n_too_long += 1;
                    continue;
                }
                let Some(logprobs) = &sample.logprobs else {
                    return Err(TuneError::Nothing(format!(
                        "{} holds replies without log-probabilities",
                        lesson.trace.id()
                    )));
                };
                let own = sample.own.iter().zip(logprobs).skip(1);
                let sampled: Vec<f32> = own
                    .filter_map(|(own, logprob)| own.then_some(*logprob))
                    .collect();
                if sampled.is_empty() {
                    continue;
                }
                weighed.push(Weighed {
                    sampled,
                    reference: None,
                    advantage: lesson.advantage,
                    end: lesson.end,
                    sample,
                });
            }
        }
        Ok(weighed)
    }

    /// Quality on held-out tasks, each once and greedily; the best model is kept.
    fn evaluate(
        &self,
        learner: &Learner,
        step: u64,
        best: &mut Option<(f64, u64)>,
        summary: &mut GrpoSummary,
        watch: &mut dyn Watch,
    ) -> Result<(), TuneError> {
        let Some(arena) = self.held_out else {
            return Ok(());
        };
        let engine = self.start(Arc::new(learner.model().clone()))?;
        let policy = self.policy(&engine, 0.0);
        let groups: Vec<Group> = (0..arena.n_tasks())
            .map(|task| Group {
                task,
                attempts: 1,
                first_attempt: 0,
                seed: self.seed & 0x3fff_ffff,
            })
            .collect();
        let traces = run_groups(arena, &policy, &groups, self.at_once, self.cancel);
        if self.cancel.is_cancelled() {
            return Err(TuneError::Stopped);
        }
        let found = quality(traces.iter().flatten());
        watch.held_out(
            "grpo",
            step,
            &serde_json::to_value(&found).unwrap_or_default(),
        )?;
        if best.is_none_or(|(value, _)| found.reward > value) {
            *best = Some((found.reward, step));
            summary.best = Some(step);
            let folder = self.checkpoints.out.join("best");
            std::fs::create_dir_all(&folder).map_err(TuneError::io("create", &folder))?;
            write_model(learner.model(), self.checkpoints.tokenizer, &folder)?;
        }
        summary.held_out.push((step, found));
        Ok(())
    }
}

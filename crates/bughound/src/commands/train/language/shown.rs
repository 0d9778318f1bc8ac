//! Steps of training, shown and written down.

use std::path::{Path, PathBuf};

use bughound_tune::record::Recorder;
use bughound_tune::{TuneError, Watch};
use serde_json::Value;

use crate::environment;
use crate::interrupt::Flag;
use crate::settings::Settings;

/// Shows steps and writes all of them down.
pub(super) struct Shown<'s> {
    out: PathBuf,
    settings: &'s Settings,
    recorder: Option<Recorder>,
    steps: u64,
    flag: Flag,
}

impl<'s> Shown<'s> {
    pub(super) fn new(out: &Path, settings: &'s Settings) -> Self {
        Self {
            out: out.to_owned(),
            settings,
            recorder: None,
            steps: 0,
            flag: Flag::take(),
        }
    }

    /// Cancelled when the user asks to stop.
    pub(super) fn token(&self) -> bughound_llm::CancelToken {
        self.flag.token()
    }

    fn write(&mut self, stage: &str, step: u64, record: &Value) -> Result<(), TuneError> {
        let seconds = self.seconds();
        match &mut self.recorder {
            Some(recorder) => recorder
                .write(stage, step, seconds, record)
                .map_err(|source| TuneError::Io {
                    action: "write",
                    path: self.out.join(bughound_tune::record::STEPS_FILE),
                    source,
                }),
            None => Ok(()),
        }
    }
}

/// A number of a record, by the names that lead to it.
fn number(record: &Value, names: &[&str]) -> f64 {
    let found = names.iter().fold(record, |value, name| &value[*name]);
    found.as_f64().unwrap_or(f64::NAN)
}

impl Watch for Shown<'_> {
    fn begin(&mut self, stage: &str, from: u64, steps: u64) -> Result<(), TuneError> {
        self.steps = steps;
        if from > 0 {
            self.settings
                .note(&format!("going on after {from} of {steps} steps"));
        }
        let recorder = Recorder::open(&self.out, stage, from, self.seconds());
        self.recorder = Some(recorder.map_err(|source| TuneError::Io {
            action: "write to",
            path: self.out.clone(),
            source,
        })?);
        Ok(())
    }

    fn step(&mut self, stage: &str, step: u64, record: &Value) -> Result<(), TuneError> {
        let line = match stage {
            "sft" => format!(
                "loss {:.3}, gradient {:.2}, rate {:.1e}",
                number(record, &["loss"]),
                number(record, &["gradient"]),
                number(record, &["rate"])
            ),
            _ => format!(
                "reward {:.3}, calls {:.0} %, {:.1} turns, entropy {:.2}, clipped {:.1} %, sampler and trainer differ by at most {:.1e}, \
                 {} groups, {:.0} s sampling, {:.0} s learning",
                number(record, &["episodes", "reward"]),
                100.0 * number(record, &["episodes", "call_success"]),
                number(record, &["episodes", "turns"]),
                number(record, &["objective", "entropy"]),
                100.0
                    * (number(record, &["objective", "clipped_low"])
                        + number(record, &["objective", "clipped_high"])),
                number(record, &["disagreement"]),
                record["n_groups"],
                number(record, &["sampling_seconds"]),
                number(record, &["learning_seconds"]),
            ),
        };
        if stage != "sft" || step.is_multiple_of(10) || step + 1 == self.steps {
            self.settings
                .note(&format!("{stage} {}/{}: {line}", step + 1, self.steps));
        }
        if stage == "grpo" && record["n_groups"] == 0 {
            self.settings.warn(
                "no group of this step taught anything: in each all rewards are equal. Harder or easier tasks, larger groups or a \
                 higher temperature may help",
            );
        }
        self.write(stage, step, record)
    }

    fn held_out(&mut self, stage: &str, step: u64, quality: &Value) -> Result<(), TuneError> {
        self.settings.note(&format!(
            "held out after {step} steps: nDCG@5 {:.3}, Recall@5 {:.3}, calls {:.0} %, {:.1} turns, {} tasks",
            number(quality, &["reward"]),
            number(quality, &["recall_5"]),
            100.0 * number(quality, &["call_success"]),
            number(quality, &["turns"]),
            quality["n"]
        ));
        self.write(&format!("{stage}-held-out"), step, quality)
    }

    fn should_stop(&self) -> bool {
        self.flag.is_set()
    }

    fn seconds(&self) -> f64 {
        environment::seconds()
    }
}

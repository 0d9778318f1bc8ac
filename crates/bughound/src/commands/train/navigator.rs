//! `bughound train sft` and `grpo`: train the policy that navigates.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use bughound_eval::Sha256;
use bughound_hound::navigate::{Navigator, init_params};
use bughound_train::navigation::{
    GrpoRecord, GrpoSettings, Log, RewardSettings, SftRecord, SftSettings, Start, StoredWorld,
    WorldFolder, grpo, sft,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::{LearnArgs, TrainGrpoArgs, TrainSftArgs};
use crate::exit::{Failure, Outcome};
use crate::interrupt::Flag;
use crate::settings::Settings;

/// A line is shown for every so many steps.
const SHOWN: u64 = 10;

/// Trains by imitation.
pub(crate) fn run_sft(args: &TrainSftArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let worlds = read_worlds(&args.learn.worlds, settings)?;
    let refs: Vec<&StoredWorld> = worlds.iter().collect();
    let chosen = SftSettings {
        what: Start::Demonstrations,
        epochs: args.epochs,
        batch: args.learn.batch,
        rate: args.rate,
        decay: args.decay,
        budget: args.learn.search.budget,
        reward: RewardSettings {
            cost: args.learn.search.cost,
        },
        seed: args.learn.seed.unwrap_or(1),
    };
    let mut log = Shown::new(args.learn.log.as_deref(), settings)?;
    let navigator = sft(&refs, &chosen, &mut log)?;
    log.finish()?;
    let stages = vec![json!({"stage": "sft", "settings": chosen})];
    write(&args.learn, &navigator, &worlds, &stages, settings)
}

/// Trains by reinforcement.
pub(crate) fn run_grpo(args: &TrainGrpoArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let (start, mut stages) = match &args.from {
        Some(path) => {
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let navigator = Navigator::read(&bytes)
                .map_err(|error| Failure::bad_input(format!("{}: {error}", path.display())))?;
            (navigator, stages_of(&record_path(path)))
        }
        None => (
            Navigator::new(init_params(args.learn.seed.unwrap_or(1)))?,
            Vec::new(),
        ),
    };
    let worlds = read_worlds(&args.learn.worlds, settings)?;
    let refs: Vec<&StoredWorld> = worlds.iter().collect();
    let chosen = GrpoSettings {
        epochs: args.epochs,
        batch: args.learn.batch,
        group: args.group,
        updates: args.updates,
        rate: args.rate,
        clip_low: args.clip_low,
        clip_high: args.clip_high,
        kl: args.kl,
        by_deviation: args.by_deviation,
        budget: args.learn.search.budget,
        reward: RewardSettings {
            cost: args.learn.search.cost,
        },
        seed: args.learn.seed.unwrap_or(1),
    };
    let mut log = Shown::new(args.learn.log.as_deref(), settings)?;
    let navigator = grpo(&start, &refs, &chosen, &mut log)?;
    log.finish()?;
    stages.push(json!({"stage": "grpo", "settings": chosen}));
    write(&args.learn, &navigator, &worlds, &stages, settings)
}

/// All worlds of some folders.
pub(super) fn read_worlds(
    folders: &[PathBuf],
    settings: &Settings,
) -> anyhow::Result<Vec<StoredWorld>> {
    let mut worlds = Vec::new();
    for folder in folders {
        worlds.extend(WorldFolder::open(folder).read()?);
    }
    let n_solvable = worlds.iter().filter(|world| world.is_solvable()).count();
    if n_solvable == 0 {
        return Err(Failure::bad_input("there is no world in which a search could succeed").into());
    }
    settings.note(&format!(
        "{} worlds; in {n_solvable} of them something that the fix changes is in the pool",
        worlds.len()
    ));
    Ok(worlds)
}

/// The stages that made the weights to begin with, where their record is there.
fn stages_of(record: &Path) -> Vec<Value> {
    std::fs::read(record)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .and_then(|record| record.get("stages")?.as_array().cloned())
        .unwrap_or_default()
}

fn record_path(weights: &Path) -> PathBuf {
    weights.with_extension("json")
}

/// Writes the weights, and their record beside them.
fn write(
    args: &LearnArgs,
    navigator: &Navigator,
    worlds: &[StoredWorld],
    stages: &[Value],
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let metadata = BTreeMap::from([("format".to_owned(), "bughound-navigator/1".to_owned())]);
    let bytes = navigator.to_bytes(&metadata);
    let mut projects: BTreeMap<&str, usize> = BTreeMap::new();
    for world in worlds {
        *projects.entry(&world.repo).or_default() += 1;
    }
    let record = json!({
        "format": "bughound-navigator-record/1",
        "weights_sha256": Sha256::of(&bytes).to_string(),
        "stages": stages,
        "worlds": worlds.len(),
        "projects": projects,
    });
    let put = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    put(&args.out, &bytes)?;
    let text = serde_json::to_string_pretty(&record)? + "\n";
    put(&record_path(&args.out), text.as_bytes())?;
    settings.note(&format!(
        "{} bytes written to {}",
        bytes.len(),
        args.out.display()
    ));
    Ok(Outcome::Found)
}

/// Shows some steps and writes all of them down.
pub(super) struct Shown<'s> {
    settings: &'s Settings,
    file: Option<(PathBuf, BufWriter<File>)>,
    error: Option<std::io::Error>,
    flag: Flag,
}

impl<'s> Shown<'s> {
    pub(super) fn new(log: Option<&Path>, settings: &'s Settings) -> anyhow::Result<Self> {
        let file = match log {
            Some(path) => {
                let file = File::options().create(true).append(true).open(path);
                let file = file.with_context(|| format!("cannot write {}", path.display()))?;
                Some((path.to_owned(), BufWriter::new(file)))
            }
            None => None,
        };
        Ok(Self {
            settings,
            file,
            error: None,
            flag: Flag::take(),
        })
    }

    /// Whether all steps could be written down.
    fn finish(mut self) -> anyhow::Result<()> {
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        let written = match self.error.take() {
            Some(error) => Err(error),
            None => file.flush(),
        };
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    fn line(&mut self, stage: &str, record: &impl Serialize) {
        let Some((_, file)) = &mut self.file else {
            return;
        };
        let mut value = json!({"stage": stage});
        if let (Value::Object(line), Ok(Value::Object(fields))) =
            (&mut value, serde_json::to_value(record))
        {
            line.extend(fields);
        }
        if let Err(error) = writeln!(file, "{value}") {
            self.error.get_or_insert(error);
        }
    }
}

impl Log for Shown<'_> {
    fn sft(&mut self, record: &SftRecord) {
        if record.step.is_multiple_of(SHOWN) {
            self.settings.note(&format!(
                "imitation, epoch {}, step {}: loss of steps {:.3}, of the ranking {:.3}",
                record.epoch, record.step, record.steps_loss, record.ranking_loss
            ));
        }
        self.line("sft", record);
    }

    fn grpo(&mut self, record: &GrpoRecord) {
        if record.step.is_multiple_of(SHOWN) {
            self.settings.note(&format!(
                "reinforcement, epoch {}, step {}: reward {:.3} (nDCG@5 {:.3}, cost {:.3}), {:.1} read, entropy \
                 {:.2}, clipped {:.1} %",
                record.epoch,
                record.step,
                record.reward,
                record.ndcg,
                record.cost,
                record.calls,
                record.objective.entropy,
                100.0 * (record.objective.clipped_low + record.objective.clipped_high),
            ));
        }
        self.line("grpo", record);
    }

    fn held_out(&mut self, stage: &str, step: u64, ndcg: f64) {
        self.settings
            .note(&format!("fold {step}, {stage}: nDCG@5 {:.2}", 100.0 * ndcg));
    }

    fn should_stop(&self) -> bool {
        self.flag.is_set()
    }
}

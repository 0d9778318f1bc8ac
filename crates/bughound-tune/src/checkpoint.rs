//! Checkpoints: whatever a stage needs to go on, in folders that any server loads the model from.
//!
//! `checkpoints/STAGE-000120/` holds the model as Hugging Face has it (`config.json`, safetensors, the tokenizer's files), the
//! optimizer's moments, and `state.json`. A checkpoint is there whole or not at all: it is written beside and renamed.

use std::fs;
use std::path::{Path, PathBuf};

use bughound_nn::{AdamW, Adapter, Model, Precision};
use serde::{Deserialize, Serialize};

use crate::TuneError;
use crate::learner::optimizer_of;
use crate::recipe::OptimizerSettings;

/// What a checkpoint is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The stage.
    pub stage: String,
    /// Steps that are behind it.
    pub step: u64,
    /// A digest of everything that decides the run.
    pub run: String,
    /// The best quality on held-out tasks so far, and its step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<(f64, u64)>,
}

/// Where a stage keeps its checkpoints.
pub struct Checkpoints<'a> {
    /// The run's folder.
    pub out: &'a Path,
    /// The stage.
    pub stage: &'static str,
    /// A digest of everything that decides the run.
    pub run: &'a str,
    /// The folder whose tokenizer files go with every model.
    pub tokenizer: &'a Path,
}

/// The files of a tokenizer.
const TOKENIZER_FILES: [&str; 7] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "generation_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
];

const STATE: &str = "state.json";
const BASE: &str = "base";

impl Checkpoints<'_> {
    fn folder(&self) -> PathBuf {
        self.out.join("checkpoints")
    }

    fn name(&self, step: u64) -> String {
        format!("{}-{step:06}", self.stage)
    }

    /// Writes a checkpoint, and takes earlier ones of the stage away.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(
        &self,
        model: &Model,
        optimizer: &AdamW,
        state: &State,
    ) -> Result<PathBuf, TuneError> {
        let folder = self.folder();
        let path = folder.join(self.name(state.step));
        let beside = folder.join(format!(".{}.new", self.name(state.step)));
        let _ = fs::remove_dir_all(&beside);
        fs::create_dir_all(&beside).map_err(TuneError::io("create", &beside))?;
        write_model(model, self.tokenizer, &beside)?;
        optimizer.save(&beside)?;
        let text = serde_json::to_vec_pretty(state)
            .map_err(|error| TuneError::io("write", &beside.join(STATE))(error.into()))?;
        fs::write(beside.join(STATE), text).map_err(TuneError::io("write", &beside.join(STATE)))?;
        let _ = fs::remove_dir_all(&path);
        fs::rename(&beside, &path).map_err(TuneError::io("rename", &beside))?;
        for (step, old) in self.all()? {
            if step < state.step {
                fs::remove_dir_all(&old).map_err(TuneError::io("remove", &old))?;
            }
        }
        Ok(path)
    }

    /// The latest checkpoint, if there is one: its folder and its state.
    ///
    /// # Errors
    /// Where it is of another run, or cannot be read.
    pub fn latest(&self) -> Result<Option<(PathBuf, State)>, TuneError> {
        let Some((_, path)) = self.all()?.into_iter().max() else {
            return Ok(None);
        };
        let file = path.join(STATE);
        let text = fs::read(&file).map_err(TuneError::io("read", &file))?;
        let state: State = serde_json::from_slice(&text)
            .map_err(|error| TuneError::io("read", &file)(error.into()))?;
        if state.run != self.run {
            return Err(TuneError::OtherRun {
                folder: self.out.to_owned(),
                what: format!(
                    "its settings or data have the digest {}, these {}",
                    state.run, self.run
                ),
            });
        }
        Ok(Some((path, state)))
    }

    fn all(&self) -> Result<Vec<(u64, PathBuf)>, TuneError> {
        let folder = self.folder();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(TuneError::io("read", &folder)(error)),
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry.map_err(TuneError::io("read", &folder))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy());
            let step = name.as_deref().and_then(|name| {
                name.strip_prefix(self.stage)?
                    .strip_prefix('-')?
                    .parse()
                    .ok()
            });
            all.extend(step.map(|step| (step, path)));
        }
        Ok(all)
    }
}

/// Reads a model that [`write_model`] wrote, and the optimizer beside it.
///
/// # Errors
/// Where a file is missing or is not what it should be.
pub fn load(
    folder: &Path,
    base: Option<&Model>,
    settings: &OptimizerSettings,
) -> Result<(Model, AdamW), TuneError> {
    let model = read_model(folder, base)?;
    let optimizer = AdamW::load(folder, &model, optimizer_of(settings))?;
    Ok((model, optimizer))
}

fn read_model(folder: &Path, base: Option<&Model>) -> Result<Model, TuneError> {
    match base {
        Some(base) if folder.join("adapter_config.json").exists() => {
            let mut model = base.clone();
            let adapter = Adapter::load(folder, model.config())?;
            model.set_adapter(Some(adapter))?;
            Ok(model)
        }
        _ => Ok(Model::load(folder)?),
    }
}

/// Writes a model into a folder as servers load it, with the tokenizer's files: whole, or its adapter alone where it has one.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn write_model(model: &Model, tokenizer: &Path, folder: &Path) -> Result<(), TuneError> {
    match model.adapter() {
        Some(adapter) => adapter.save(folder, BASE, Precision::F32)?,
        None => model.save(folder, Precision::F32)?,
    }
    for name in TOKENIZER_FILES {
        let file = tokenizer.join(name);
        if file.exists() {
            fs::copy(&file, folder.join(name)).map_err(TuneError::io("copy", &file))?;
        }
    }
    Ok(())
}

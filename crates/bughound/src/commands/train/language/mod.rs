//! `bughound train` of language models.

mod grpo;
mod init;
mod plan;
mod sft;
mod shown;

pub(super) use grpo::run_grpo;
pub(super) use init::run_init;
pub(super) use plan::run_plan;
pub(super) use sft::run_sft;

use std::path::{Path, PathBuf};

use anyhow::Context;
use bughound_agent::protocol;
use bughound_eval::Sha256;
use bughound_llm::Dialect;
use bughound_local::{Loaded, load};
use bughound_trace::{StageTrace, Trace, TraceReader, traces_file};
use bughound_tune::plan::{plan, refusal};
use bughound_tune::recipe::Recipe;
use serde_json::Value;

use crate::args::LanguageArgs;
use crate::environment;
use crate::exit::Failure;

/// The recipe of a name or a file.
fn recipe(which: &str) -> anyhow::Result<Recipe> {
    let path = Path::new(which);
    let recipe = if path.is_file() {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {which}"))?;
        Recipe::parse(which, &text)
    } else {
        Recipe::named(which)
    };
    recipe.map_err(|error| Failure::bad_input(error.to_string()).into())
}

/// What a stage begins with.
struct Begun {
    recipe: Recipe,
    folder: PathBuf,
    loaded: Loaded,
}

impl Begun {
    fn read(args: &LanguageArgs, seed: Option<u64>) -> anyhow::Result<Self> {
        let (Some(name), Some(folder)) = (&args.recipe, &args.model) else {
            return Err(Failure::usage("`--policy local` needs `--recipe` and `--model`").into());
        };
        let mut recipe = recipe(name)?;
        if let Some(seed) = seed {
            recipe.seed = seed;
        }
        let loaded = load(folder).map_err(|error| Failure::bad_input(error.to_string()))?;
        Ok(Self {
            recipe,
            folder: folder.clone(),
            loaded,
        })
    }

    /// Stops before a stage that needs more memory than there is.
    fn refuse_what_does_not_fit(&self, stage: &str, at_once: usize) -> anyhow::Result<()> {
        let plan = plan(&self.recipe, self.loaded.model.config(), at_once)
            .map_err(|error| Failure::bad_input(error.to_string()))?;
        let Some(available) = environment::available_memory() else {
            return Ok(());
        };
        let stage = plan.stages.iter().find(|planned| planned.stage == stage);
        match stage.and_then(|stage| refusal(stage, available)) {
            Some(why) => Err(Failure::bad_input(why).into()),
            None => Ok(()),
        }
    }

    /// A digest of everything that decides the run.
    fn digest(&self, data: &[String]) -> anyhow::Result<String> {
        let mut text = toml::to_string(&self.recipe)?;
        for name in ["config.json", "model.safetensors", "tokenizer.json"] {
            if let Ok(bytes) = std::fs::read(self.folder.join(name)) {
                text.push_str(&Sha256::of(&bytes).to_string());
            }
        }
        for part in data {
            text.push('\n');
            text.push_str(part);
        }
        Ok(Sha256::of(text.as_bytes()).to_string())
    }
}

/// How a recipe's protocol is spoken.
fn dialect(recipe: &Recipe) -> Dialect {
    match recipe.environment.protocol.as_str() {
        "compact" => Dialect::Compact,
        _ => Dialect::Native,
    }
}

/// The declarations of the tools of a recipe's protocol.
fn declarations(recipe: &Recipe) -> anyhow::Result<impl Fn(&StageTrace) -> Vec<Value> + use<>> {
    let name = &recipe.environment.protocol;
    let Some(protocol) = protocol(name) else {
        return Err(Failure::bad_input(format!(
            "{}: there is no protocol {name:?} for searches",
            recipe.name
        ))
        .into());
    };
    let declared = protocol.tools().declarations();
    Ok(move |stage: &StageTrace| match stage.tools.is_empty() {
        true => Vec::new(),
        false => declared.clone(),
    })
}

/// Recorded episodes of files and folders of runs.
fn read_traces(paths: &[PathBuf]) -> anyhow::Result<Vec<Trace>> {
    let mut traces = Vec::new();
    for path in paths {
        for trace in TraceReader::open(&traces_file(path))? {
            traces.push(trace?);
        }
    }
    if traces.is_empty() {
        return Err(Failure::bad_input("there are no recorded episodes")
            .hint("make some: `bughound rollout --policy hound --protocol compact --tasks … --out DIR`")
            .into());
    }
    Ok(traces)
}

//! `bughound train plan`: what a recipe costs, before anything is begun.

use std::fmt::Write as _;

use bughound_nn::ModelConfig;
use bughound_tune::plan::{Plan, StagePlan, plan, refusal};
use bughound_tune::recipe::{RECIPES, Recipe};

use super::recipe;
use crate::args::TrainPlanArgs;
use crate::environment;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Episodes at the same time where nobody says.
const AT_ONCE: usize = 16;

/// Prints what recipes cost.
pub(crate) fn run_plan(args: &TrainPlanArgs, _: &Settings) -> anyhow::Result<Outcome> {
    let recipes = match &args.recipe {
        Some(name) => vec![recipe(name)?],
        None => RECIPES
            .iter()
            .map(|(name, _)| recipe(name))
            .collect::<anyhow::Result<_>>()?,
    };
    let available = available(args.memory);
    let mut text = String::new();
    for recipe in &recipes {
        let config = shape(recipe, args)?;
        let plan = plan(recipe, &config, AT_ONCE)
            .map_err(|error| Failure::bad_input(error.to_string()))?;
        tell(&mut text, recipe, &plan, available)?;
    }
    output::print(&text)?;
    Ok(Outcome::Found)
}

/// Bytes that there are.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of gibibytes that a person typed"
)]
fn available(gibibytes: Option<f64>) -> Option<u64> {
    match gibibytes {
        Some(gibibytes) => Some((gibibytes.max(0.0) * f64::from(1 << 30)) as u64),
        None => environment::available_memory(),
    }
}

/// The shape of the model that a recipe begins with.
fn shape(recipe: &Recipe, args: &TrainPlanArgs) -> anyhow::Result<ModelConfig> {
    if let Some(folder) = &args.model {
        let config = ModelConfig::load(folder);
        return config.map_err(|error| Failure::bad_input(error.to_string()).into());
    }
    match &recipe.model.shape {
        Some(shape) => Ok(shape.config(recipe.model.context, shape.vocabulary, &[])),
        None => Err(Failure::bad_input(format!(
            "{} has no [model.shape]; name its model's folder: --model DIR",
            recipe.name
        ))
        .into()),
    }
}

fn tell(
    text: &mut String,
    recipe: &Recipe,
    plan: &Plan,
    available: Option<u64>,
) -> std::fmt::Result {
    writeln!(text, "{}: {}", recipe.name, recipe.about)?;
    writeln!(
        text,
        "  {} weights, context {} tokens",
        plan.n_weights, recipe.model.context
    )?;
    for stage in &plan.stages {
        tell_stage(text, stage)?;
        match available.and_then(|available| refusal(stage, available)) {
            Some(why) => writeln!(text, "    does not fit: {why}")?,
            None => writeln!(text, "    fits")?,
        }
    }
    writeln!(text)
}

fn tell_stage(text: &mut String, stage: &StagePlan) -> std::fmt::Result {
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let training = &stage.training;
    write!(
        text,
        "  {}: {:.2} GiB (weights {:.2}, gradients {:.2}, optimizer {:.2}, a pass {:.2}",
        stage.stage,
        gib(stage.peak()),
        gib(training.weights),
        gib(training.gradients),
        gib(training.optimizer),
        gib(training.activations)
    )?;
    if let Some(sampling) = &stage.sampling {
        write!(text, ", sampling {:.2}", gib(sampling.total()))?;
    }
    let tokens = stage.step_tokens;
    match stage.steps {
        Some(steps) => writeln!(
            text,
            "); {steps} steps of at most {tokens} tokens: at most {}",
            steps * tokens
        ),
        None => writeln!(text, "); steps of at most {tokens} tokens"),
    }
}

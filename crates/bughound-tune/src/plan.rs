//! What a recipe costs, before anything is begun: memory by what it is for, and tokens.

use bughound_nn::{AdapterConfig, Estimate, ModelConfig, Target, Training};
use serde::Serialize;

use crate::recipe::{LoraSettings, Recipe, RecipeError};

/// What a recipe costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The recipe.
    pub recipe: String,
    /// Weights of the model.
    pub n_weights: u64,
    /// Its stages.
    pub stages: Vec<StagePlan>,
}

/// What a stage costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StagePlan {
    /// `sft` or `grpo`.
    pub stage: &'static str,
    /// Bytes while weights are trained, by what they are for.
    pub training: Bytes,
    /// Bytes while episodes are sampled; nothing where none are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Bytes>,
    /// The most tokens of a step: sequences as long as the context.
    pub step_tokens: u64,
    /// Steps; nothing where that depends on the number of episodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
}

/// Bytes by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Weights.
    pub weights: u64,
    /// Gradients of what is trained.
    pub gradients: u64,
    /// Moments of the optimizer.
    pub optimizer: u64,
    /// What a pass keeps.
    pub activations: u64,
    /// Keys and values.
    pub keys_and_values: u64,
}

impl Bytes {
    /// All together.
    pub fn total(&self) -> u64 {
        self.weights + self.gradients + self.optimizer + self.activations + self.keys_and_values
    }
}

impl From<Estimate> for Bytes {
    fn from(estimate: Estimate) -> Self {
        Self {
            weights: estimate.weights,
            gradients: estimate.gradients,
            optimizer: estimate.optimizer,
            activations: estimate.activations,
            keys_and_values: estimate.kv,
        }
    }
}

impl StagePlan {
    /// The most memory at one time: sampling happens between updates, and beside them where staleness allows it.
    pub fn peak(&self) -> u64 {
        // Whoever samples has weights of its own.
        self.training.total() + self.sampling.map_or(0, |sampling| sampling.total())
    }
}

/// The adapter that a recipe asks for.
///
/// # Errors
/// Where it names a product that is not known.
pub fn adapter_of(recipe: &Recipe) -> Result<Option<AdapterConfig>, RecipeError> {
    let Some(LoraSettings {
        rank,
        alpha,
        targets,
    }) = &recipe.model.lora
    else {
        return Ok(None);
    };
    let target = |name: &String| {
        Target::ALL
            .into_iter()
            .find(|target| target.name() == name)
            .ok_or_else(|| RecipeError {
                name: recipe.name.clone(),
                what: format!(
                    "model.lora.targets names {name:?}; there are {}",
                    Target::ALL.map(Target::name).join(", ")
                ),
            })
    };
    #[expect(clippy::cast_possible_truncation, reason = "a scale")]
    let alpha = *alpha as f32;
    Ok(Some(AdapterConfig {
        rank: *rank,
        alpha,
        targets: targets.iter().map(target).collect::<Result<_, _>>()?,
    }))
}

/// What a recipe costs with a model of this shape, with `at_once` episodes at the same time.
///
/// # Errors
/// As [`adapter_of`].
pub fn plan(recipe: &Recipe, model: &ModelConfig, at_once: usize) -> Result<Plan, RecipeError> {
    let adapter = adapter_of(recipe)?;
    let training = |pass_tokens: usize| {
        let estimate = Estimate::training(
            model,
            &Training {
                adapter: adapter.clone(),
                tokens: pass_tokens.max(recipe.model.context),
                scored: pass_tokens.max(recipe.model.context),
                recompute: recipe.model.recompute,
            },
        );
        Bytes::from(estimate)
    };
    let context = recipe.model.context as u64;
    let mut stages = Vec::new();
    if let Some(sft) = &recipe.sft {
        stages.push(StagePlan {
            stage: "sft",
            training: training(sft.pass_tokens),
            sampling: None,
            step_tokens: sft.batch as u64 * context,
            steps: None,
        });
    }
    if let Some(grpo) = &recipe.grpo {
        let tokens = at_once * recipe.model.context;
        stages.push(StagePlan {
            stage: "grpo",
            training: training(grpo.pass_tokens),
            sampling: Some(Estimate::generation(model, at_once, tokens).into()),
            step_tokens: (grpo.tasks * grpo.group) as u64 * context,
            steps: Some(grpo.steps as u64),
        });
    }
    Ok(Plan {
        recipe: recipe.name.clone(),
        n_weights: model.weights() as u64,
        stages,
    })
}

/// Why a stage does not fit into so many bytes, and what to lower; nothing where it fits.
pub fn refusal(stage: &StagePlan, available: u64) -> Option<String> {
    if stage.peak() <= available {
        return None;
    }
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let training = &stage.training;
    let parts = [
        (
            training.optimizer + training.gradients,
            "gradients and the optimizer; [model.lora] trains far fewer weights",
        ),
        (
            training.activations,
            "what a pass keeps; lower pass_tokens or context, or set model.recompute = true",
        ),
        (training.weights, "the weights; take a smaller model"),
        (
            stage.sampling.map_or(0, |sampling| sampling.total()),
            "sampling; lower --at-once or context",
        ),
    ];
    let (bytes, what) = parts.into_iter().max_by_key(|(bytes, _)| *bytes)?;
    Some(format!(
        "{} needs {:.1} GiB and there are {:.1} GiB; {:.1} GiB of it for {what}",
        stage.stage,
        gib(stage.peak()),
        gib(available),
        gib(bytes)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::RECIPES;

    #[test]
    fn published_recipes_need_what_their_sizes_say() {
        let check = |name: &str, weights: (u64, u64), fits: &[(&str, u64, bool)]| {
            let recipe = Recipe::named(name).unwrap();
            let shape = recipe.model.shape.as_ref().unwrap();
            let config = shape.config(recipe.model.context, shape.vocabulary, &[]);
            let plan = plan(&recipe, &config, 16).unwrap();
            assert!(
                (weights.0..weights.1).contains(&plan.n_weights),
                "{name}: {}",
                plan.n_weights
            );
            for (stage, gib, expected) in fits {
                let stage = plan.stages.iter().find(|it| it.stage == *stage).unwrap();
                let refused = refusal(stage, gib << 30);
                assert_eq!(
                    refused.is_none(),
                    *expected,
                    "{name} in {gib} GiB: {refused:?}"
                );
            }
        };
        let billion = 1_000_000_000;
        check(
            "tiny",
            (1_000_000, 6_000_000),
            &[("sft", 2, true), ("grpo", 4, true)],
        );
        check(
            "tooltrain-7b",
            (7 * billion, 8 * billion),
            &[("sft", 64, false), ("sft", 512, true)],
        );
        check(
            "tooltrain-32b",
            (32 * billion, 34 * billion),
            &[("grpo", 256, false)],
        );
        check(
            "code-repair-32b",
            (32 * billion, 34 * billion),
            &[("sft", 256, false)],
        );
        assert_eq!(RECIPES.len(), 4);
    }
}

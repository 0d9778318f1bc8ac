//! A recipe: everything that decides how a model is trained, as a file.
//!
//! Published recipes come with the program ([`RECIPES`]); `recipes/` has them as they are. What a paper does not say is set as its
//! implementation's defaults are, and the recipe says so in a comment.

mod settings;

pub use settings::{
    EnvironmentSettings, GrpoSettings, Kind, LoraSettings, ModelSettings, OptimizerSettings,
    Recipe, Schedule, SftSettings, Shape, Thinking,
};

/// The recipes that come with the program: name and text.
pub const RECIPES: &[(&str, &str)] = &[
    ("tiny", include_str!("../../../../recipes/tiny.toml")),
    (
        "tooltrain-7b",
        include_str!("../../../../recipes/tooltrain-7b.toml"),
    ),
    (
        "tooltrain-32b",
        include_str!("../../../../recipes/tooltrain-32b.toml"),
    ),
    (
        "code-repair-32b",
        include_str!("../../../../recipes/code-repair-32b.toml"),
    ),
];

/// Why a recipe cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {what}")]
pub struct RecipeError {
    /// The recipe's file or name.
    pub name: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Recipe {
    /// The format that this version reads.
    pub const FORMAT: &'static str = "bughound-recipe/1";

    /// Reads the text of a recipe; `name` is for messages.
    ///
    /// # Errors
    /// [`RecipeError`] says what is wrong, and in which line where that is known.
    pub fn parse(name: &str, text: &str) -> Result<Self, RecipeError> {
        let wrong = |what: String| RecipeError {
            name: name.to_owned(),
            what,
        };
        let recipe: Self = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        match recipe.finding() {
            Some(what) => Err(wrong(what)),
            None => Ok(recipe),
        }
    }

    /// A recipe that comes with the program.
    ///
    /// # Errors
    /// [`RecipeError`] lists those that there are.
    pub fn named(name: &str) -> Result<Self, RecipeError> {
        match RECIPES.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::parse(name, text),
            None => Err(RecipeError {
                name: name.to_owned(),
                what: format!(
                    "no such recipe; there are {}, and files of your own",
                    RECIPES
                        .iter()
                        .map(|(name, _)| *name)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            }),
        }
    }

    fn finding(&self) -> Option<String> {
        let positive = |name: &str, value: f64| {
            (value.is_nan() || value <= 0.0)
                .then(|| format!("{name} = {value} must be more than 0"))
        };
        if self.format != Self::FORMAT {
            return Some(format!(
                "format = {:?}, this version reads {:?}",
                self.format,
                Self::FORMAT
            ));
        }
        if self.model.from.is_none() && self.model.shape.is_none() {
            return Some(
                "[model] needs `from`, a folder or a name, or [model.shape] for random weights"
                    .to_owned(),
            );
        }
        let optimizers = [
            ("sft", self.sft.as_ref().map(|sft| &sft.optimizer)),
            ("grpo", self.grpo.as_ref().map(|grpo| &grpo.optimizer)),
        ];
        for (stage, optimizer) in optimizers {
            let Some(optimizer) = optimizer else { continue };
            let found = positive(&format!("{stage}.optimizer.rate"), optimizer.rate)
                .or_else(|| positive(&format!("{stage}.optimizer.clip"), optimizer.clip));
            if found.is_some() {
                return found;
            }
        }
        if let Some(sft) = &self.sft
            && (sft.epochs == 0 || sft.batch == 0)
        {
            return Some("sft.epochs and sft.batch must be more than 0".to_owned());
        }
        let grpo = self.grpo.as_ref()?;
        if grpo.group < 2 {
            return Some(format!(
                "grpo.group = {}: an episode is held against others of its task, so there must be 2 or more",
                grpo.group
            ));
        }
        if grpo.steps == 0 || grpo.tasks == 0 || grpo.updates == 0 {
            return Some("grpo.steps, grpo.tasks and grpo.updates must be more than 0".to_owned());
        }
        if grpo.tasks * grpo.group < grpo.updates {
            return Some(format!(
                "grpo.updates = {} for {} episodes of a step: an update needs an episode",
                grpo.updates,
                grpo.tasks * grpo.group
            ));
        }
        positive("grpo.temperature", grpo.temperature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_that_ship_are_read_and_written_again() {
        for (name, text) in RECIPES {
            let recipe = Recipe::parse(name, text).unwrap();
            assert_eq!(recipe.name, *name);
            let again = toml::to_string(&recipe).unwrap();
            assert_eq!(Recipe::parse(name, &again).unwrap(), recipe);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |change: (&str, &str), expected: &str| {
            let (_, text) = RECIPES[0];
            assert!(text.contains(change.0), "{}", change.0);
            let error = Recipe::parse("r", &text.replacen(change.0, change.1, 1)).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(
            ("bughound-recipe/1", "bughound-recipe/9"),
            "this version reads",
        );
        check(("group = ", "group = 1 #"), "2 or more");
        check(("steps = ", "steps = 0 #"), "more than 0");
        check(("rate = ", "rate = nan #"), "sft.optimizer.rate");
        check(("[sft]", "[sft]\nspeed = 1"), "unknown field `speed`");
        let error = Recipe::named("huge").unwrap_err().to_string();
        assert!(error.contains("tooltrain-7b"), "{error}");
    }
}

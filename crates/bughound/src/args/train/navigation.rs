//! `bughound train sft`, `grpo` and `ablation`, as typed.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::language::{ArenaArgs, EpisodesArgs, LanguageArgs};

/// What both stages of training share.
#[derive(Debug, Args)]
pub(crate) struct LearnArgs {
    /// What is trained: `local`, a language model; `hound`, the built-in policy that navigates
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = PossibleValuesParser::new(["local", "hound"]))]
    pub(crate) policy: String,
    /// Where it goes. `local`: the folder of the run, which holds checkpoints, steps and in the end `model`; the same command goes
    /// on after an interruption. `hound`: the file of the weights, with a record beside it, as .json
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// A folder that `train worlds` wrote, for `hound`; may be repeated
    #[arg(long, value_name = "DIR", required_if_eq("policy", "hound"))]
    pub(crate) worlds: Vec<PathBuf>,
    /// Append a JSON line for each step of `hound` to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Worlds of a step of `hound`
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = positive)]
    pub(crate) batch: usize,
    #[command(flatten)]
    pub(crate) search: SearchCostArgs,
    /// The source of all chance [default: the recipe's; 1 for `hound`]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// What a search may read, and what that costs.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SearchCostArgs {
    /// The most candidates that a search reads
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = positive)]
    pub(crate) budget: usize,
    /// What each candidate that is read takes from the reward
    #[arg(long, value_name = "X", default_value_t = 0.0005)]
    pub(crate) cost: f64,
}

/// Train by imitation of searches that ended well
#[derive(Debug, Args)]
pub(crate) struct TrainSftArgs {
    #[command(flatten)]
    pub(crate) learn: LearnArgs,
    #[command(flatten)]
    pub(crate) language: LanguageArgs,
    #[command(flatten)]
    pub(crate) episodes: EpisodesArgs,
    /// How often each world is seen
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) epochs: usize,
    /// Rate of learning at its top
    #[arg(long, value_name = "X", default_value_t = 0.002)]
    pub(crate) rate: f32,
    /// Weight decay
    #[arg(long, value_name = "X", default_value_t = 0.01)]
    pub(crate) decay: f32,
}

/// Train by reinforcement: groups of searches, each held against the others of its group
#[derive(Debug, Args)]
pub(crate) struct TrainGrpoArgs {
    #[command(flatten)]
    pub(crate) learn: LearnArgs,
    #[command(flatten)]
    pub(crate) language: LanguageArgs,
    #[command(flatten)]
    pub(crate) arena: ArenaArgs,
    /// The weights to begin with, such as those of `train sft` [default: untrained ones]
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// How often each world is seen
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) epochs: usize,
    /// Searches of each world
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = positive)]
    pub(crate) group: usize,
    /// Updates on the searches of one step
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = positive)]
    pub(crate) updates: usize,
    /// Rate of learning at its top
    #[arg(long, value_name = "X", default_value_t = 0.001)]
    pub(crate) rate: f32,
    /// How far below 1 the ratio of a decision still moves the policy
    #[arg(long, value_name = "X", default_value_t = 0.2)]
    pub(crate) clip_low: f64,
    /// How far above 1
    #[arg(long, value_name = "X", default_value_t = 0.28)]
    pub(crate) clip_high: f64,
    /// Weight of the divergence from the weights to begin with
    #[arg(long, value_name = "X", default_value_t = 0.0)]
    pub(crate) kl: f64,
    /// Divide advantages by the group's standard deviation
    #[arg(long)]
    pub(crate) by_deviation: bool,
}

/// Measure what each part of the training brings, on projects that it has not seen
#[derive(Debug, Args)]
pub(crate) struct TrainAblationArgs {
    /// A folder that `train worlds` wrote; may be repeated
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) worlds: Vec<PathBuf>,
    /// Folds by project; each project is held out once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = positive)]
    pub(crate) folds: usize,
    /// Seeds of each arm; a task's numbers are means over them
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seeds: u64,
    /// How often imitation sees each world
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) sft_epochs: usize,
    /// How often reinforcement sees each world
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) grpo_epochs: usize,
    #[command(flatten)]
    pub(crate) search: SearchCostArgs,
    /// All numbers as JSON, and the curves
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The curves of reinforcement as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// A whole number above 0.
fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("it must be at least 1".to_owned()),
        Ok(n) => Ok(n),
        Err(error) => Err(format!("{error}")),
    }
}

//! `bughound train` of language models, as typed.

use std::path::PathBuf;

use clap::Args;

use crate::args::RepoMapArgs;

/// What both stages of a language model share.
#[derive(Debug, Args)]
#[command(next_help_heading = "A language model (--policy local)")]
pub(crate) struct LanguageArgs {
    /// What decides how it is trained: a recipe that comes with bughound (`train plan` lists them), or a file
    #[arg(long, value_name = "NAME|FILE", required_if_eq("policy", "local"))]
    pub(crate) recipe: Option<String>,
    /// The folder of the model to begin with; `train init` makes one of random weights
    #[arg(long, value_name = "DIR", required_if_eq("policy", "local"))]
    pub(crate) model: Option<PathBuf>,
}

/// Which episodes a model is taught by.
#[derive(Debug, Args)]
pub(crate) struct EpisodesArgs {
    /// Recorded episodes: a file or a folder of `rollout`; may be repeated
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) traces: Vec<PathBuf>,
}

/// Where a language model acts while it is reinforced.
#[derive(Debug, Args)]
pub(crate) struct ArenaArgs {
    /// Tasks to learn from: SWE-bench's JSON Lines or parquet; may be repeated
    #[arg(long, value_name = "FILE", required_if_eq("policy", "local"))]
    pub(crate) tasks: Vec<PathBuf>,
    /// Tasks of other projects, for curves and for the best weights; never learnt from
    #[arg(long, value_name = "FILE")]
    pub(crate) held_out: Vec<PathBuf>,
    /// So many of the held-out tasks, drawn by the seed
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub(crate) held_out_tasks: usize,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// Episodes at the same time
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) at_once: usize,
}

/// Make a model of random weights, with a tokenizer learnt from recorded episodes
#[derive(Debug, Args)]
pub(crate) struct TrainInitArgs {
    /// The recipe that says its shape: one that comes with bughound, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) episodes: EpisodesArgs,
    /// The folder that is made
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The source of all chance [default: the recipe's]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Say what a recipe costs in memory and tokens, before anything is begun
#[derive(Debug, Args)]
pub(crate) struct TrainPlanArgs {
    /// A recipe that comes with bughound, or a file [default: all that come with it]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<String>,
    /// The folder of its model, where the recipe has no shape of its own
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
    /// The memory there is, in GiB [default: this machine's]
    #[arg(long, value_name = "GIB")]
    pub(crate) memory: Option<f64>,
}

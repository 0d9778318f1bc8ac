//! `bughound train scorer`, as typed.

use std::path::PathBuf;

use clap::Args;

/// Train the ranking network on examples
#[derive(Debug, Args)]
#[command(after_help = "\
The examples of --validation are ranked by a scorer that has not seen their project; what that gives is printed, \
calibrates the probabilities and goes into the record beside the weights. The weights are then trained on everything. \
The same examples and settings give the same bytes, at any number of threads.")]
pub(crate) struct TrainScorerArgs {
    /// A folder that `train collect` wrote, to learn from; may be repeated
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) examples: Vec<PathBuf>,
    /// A folder of examples on which quality is measured, project by project, and which is learnt from as well
    #[arg(long, value_name = "DIR")]
    pub(crate) validation: Option<PathBuf>,
    /// How often an example of --validation is seen while one of --examples is seen once
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) repeat: usize,
    /// Where the weights go; a record of the training goes beside them, as .json [default: measure only]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Measure each project of --validation by a scorer that learns from its other projects, too [default: one
    /// scorer that learns from --examples alone]
    #[arg(long)]
    pub(crate) by_project: bool,
    /// The most examples of one project that are learnt from [default: all]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) max_per_project: usize,
    /// Learn from examples in this language alone, such as `Python`
    #[arg(long, value_name = "NAME")]
    pub(crate) language: Option<String>,
    /// Leave out examples of --examples whose issue has fewer terms: short messages are unlike issues
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) min_terms: usize,
    /// Hold the inputs whose names begin like this at 0, for those who want to know what they bring; may be repeated
    #[arg(long, value_name = "PREFIX")]
    pub(crate) without: Vec<String>,
    /// Members of the ensemble
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) members: usize,
    /// Members while cross-validating
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) cross_members: usize,
    /// How often each example is seen
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) epochs: usize,
    /// Rate of learning at its top
    #[arg(long, value_name = "X", default_value_t = 0.002)]
    pub(crate) rate: f32,
    /// Share of hidden numbers left out at random
    #[arg(long, value_name = "X", default_value_t = 0.2)]
    pub(crate) dropout: f32,
    /// Weight decay
    #[arg(long, value_name = "X", default_value_t = 0.01)]
    pub(crate) decay: f32,
    /// The source of all chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

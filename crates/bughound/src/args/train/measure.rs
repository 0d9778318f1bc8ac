//! `bughound train measure-encoder`, as typed.

use std::path::PathBuf;

use clap::Args;

use crate::args::RepoMapArgs;
use crate::args::train::EncoderHalvesArgs;

/// Measure what the encoder brings to the hand-weighted ranking
#[derive(Debug, Args)]
#[command(after_help = "\
Adds the encoder's cosine to the hand-weighted score, both divided by their largest values. The weight for a project \
is the one that serves the others best. With --encoder-a and --encoder-b each task is scored by the encoder that \
has not learnt from its project.")]
pub(crate) struct TrainMeasureArgs {
    /// The tasks; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) tasks: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// An encoder, for tasks of projects that it has not learnt from
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "encoder_a",
        conflicts_with = "encoder_a"
    )]
    pub(crate) encoder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) halves: EncoderHalvesArgs,
    /// The most tasks of one project, chosen by a hash of their ids [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) max_per_project: Option<usize>,
}

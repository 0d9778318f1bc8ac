//! `bughound train encoder`, as typed.

use std::path::PathBuf;

use bughound_train::encoder::Half;
use clap::Args;

/// Train the dense encoder on pairs of words and code
#[derive(Debug, Args)]
#[command(after_help = "\
Writes the weights, and a training record as JSON beside them. The same pairs and settings give the same bytes.")]
pub(crate) struct TrainEncoderArgs {
    /// What `train pairs` wrote; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) pairs: Vec<PathBuf>,
    /// The file for the weights; the record lies beside it with the ending .json
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Learn from one half of the projects, a or b, and hold out the other [default: all]
    #[arg(long, value_name = "HALF")]
    pub(crate) half: Option<Half>,
    /// Terms that get a vector
    #[arg(long, value_name = "N", default_value_t = 24_000)]
    pub(crate) terms: usize,
    /// Length of the vectors
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) dim: usize,
    /// Times that every pair is learnt from
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) epochs: usize,
    /// Pairs in a batch
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) batch: usize,
    /// Functions of the same files that each pair brings into its batch
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) siblings: usize,
    /// Divides cosines
    #[arg(long, value_name = "X", default_value_t = 0.07)]
    pub(crate) temperature: f32,
    /// Weight of the words in common (largest 1), to which the encoder adds while it learns
    #[arg(long, value_name = "X", default_value_t = 0.0)]
    pub(crate) lexical: f32,
    /// Adagrad's rate at the beginning
    #[arg(long, value_name = "X", default_value_t = 0.1)]
    pub(crate) rate: f32,
    /// Give texts vectors of their own, rather than those of code and a matrix
    #[arg(long)]
    pub(crate) own_query_table: bool,
    /// Leave docstrings out
    #[arg(long)]
    pub(crate) no_docstrings: bool,
    /// Leave ordinary commits out
    #[arg(long)]
    pub(crate) no_commits: bool,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

//! Two encoders, each of which has learnt from one half of the projects, as typed.

use std::path::PathBuf;

use clap::Args;

/// The encoders for tasks of projects that the built-in encoder has learnt from.
#[derive(Debug, Args)]
pub(crate) struct EncoderHalvesArgs {
    /// The encoder that learnt from the projects of half a: it reads those of half b
    #[arg(long, value_name = "FILE", requires = "encoder_b")]
    pub(crate) encoder_a: Option<PathBuf>,
    /// The encoder that learnt from the projects of half b: it reads those of half a
    #[arg(long, value_name = "FILE", requires = "encoder_a")]
    pub(crate) encoder_b: Option<PathBuf>,
}

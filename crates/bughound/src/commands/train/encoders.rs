//! Encoders from files.

use std::path::Path;

use anyhow::Context;

use bughound_train::encoder::{Encoder, UnseenEncoders};

use crate::args::EncoderHalvesArgs;
use crate::exit::Failure;

/// Reads an encoder.
pub(super) fn read(path: &Path) -> anyhow::Result<Encoder> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Encoder::read(&bytes)
        .map_err(|error| Failure::bad_input(format!("{}: {error}", path.display())).into())
}

/// Reads the encoders of the two halves, where they were given.
pub(super) fn read_halves(args: &EncoderHalvesArgs) -> anyhow::Result<Option<UnseenEncoders>> {
    let (Some(a), Some(b)) = (&args.encoder_a, &args.encoder_b) else {
        return Ok(None);
    };
    Ok(Some(UnseenEncoders {
        of_a: read(a)?,
        of_b: read(b)?,
    }))
}

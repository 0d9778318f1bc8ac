//! What can go wrong with the system while training. What is odd about episodes is counted, not raised.

use std::io;
use std::path::{Path, PathBuf};

use bughound_tokens::TokensError;

/// Why training could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word for it.
        source: io::Error,
    },
    /// The model refuses.
    #[error(transparent)]
    Model(#[from] bughound_nn::Error),
    /// The numbers ran away. Weights are as before this step.
    #[error(
        "step {step} of {stage}: {source}. Its batch is in {}; the last good weights are those of the checkpoint before. A lower rate \
         or a tighter clip may help",
        batch.display()
    )]
    NotFinite {
        /// Which stage.
        stage: &'static str,
        /// Which step.
        step: u64,
        /// What was not finite.
        source: bughound_nn::Error,
        /// Where the batch was written.
        batch: PathBuf,
    },
    /// The tokenizer refuses.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// There is nothing to learn from.
    #[error("{0}")]
    Nothing(String),
    /// The folder holds another run.
    #[error("{} is of another run: {what}. Choose another folder, or the recipe it was begun with", folder.display())]
    OtherRun {
        /// The folder.
        folder: PathBuf,
        /// What differs.
        what: String,
    },
    /// The user stopped it.
    #[error("stopped; the same command goes on where it was")]
    Stopped,
}

impl TuneError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

//! A model's folder, as Hugging Face has it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bughound_nn::Model;
use bughound_tokens::{Tokenizer, TokensError};

/// Why a folder holds no model that can act.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such folder.
    #[error(
        "{} is no folder; a model of a hub is fetched first, for instance with `hf download NAME --local-dir DIR`",
        folder.display()
    )]
    NoFolder {
        /// What was asked for.
        folder: PathBuf,
    },
    /// The weights.
    #[error("{}: {source}", folder.display())]
    Model {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        source: bughound_nn::Error,
    },
    /// The tokenizer.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// Tokenizer and weights do not belong together.
    #[error("{}: its tokenizer has {tokenizer} tokens and its weights {model}; they are of two models", folder.display())]
    Vocabulary {
        /// The folder.
        folder: PathBuf,
        /// Of the tokenizer.
        tokenizer: usize,
        /// Of the weights.
        model: usize,
    },
}

/// A model with its tokenizer and chat template.
#[derive(Clone)]
pub struct Loaded {
    /// The weights.
    pub model: Arc<Model>,
    /// The tokenizer.
    pub tokenizer: Arc<Tokenizer>,
}

/// Reads `config.json`, the safetensors, `tokenizer.json` and the chat template of a folder; an adapter on weights of another folder
/// is merged by whoever made it.
///
/// # Errors
/// [`LoadError`] says which file is wrong, and how.
pub fn load(folder: &Path) -> Result<Loaded, LoadError> {
    if !folder.is_dir() {
        return Err(LoadError::NoFolder {
            folder: folder.to_owned(),
        });
    }
    let tokenizer = Tokenizer::load(folder)?;
    // A model that cannot be talked to is of no use: the template is asked for now.
    tokenizer.template()?;
    let model = Model::load(folder).map_err(|source| LoadError::Model {
        folder: folder.to_owned(),
        source,
    })?;
    // Weights are often padded to a round number of tokens.
    if tokenizer.n_tokens() > model.config().vocab {
        return Err(LoadError::Vocabulary {
            folder: folder.to_owned(),
            tokenizer: tokenizer.n_tokens(),
            model: model.config().vocab,
        });
    }
    Ok(Loaded {
        model: Arc::new(model),
        tokenizer: Arc::new(tokenizer),
    })
}

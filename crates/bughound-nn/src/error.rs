//! What can go wrong, said so that its reader knows what to change.

use std::path::PathBuf;

/// Why a model could not be read, run or trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A model of a kind that is not known here.
    #[error("the architecture {found:?} is not known; known are {}", known.join(", "))]
    Architecture {
        /// What `config.json` names.
        found: String,
        /// What could be.
        known: Vec<&'static str>,
    },
    /// A setting of the model that would change its results and is not implemented, or that contradicts another.
    #[error("config.json: {setting} {problem}")]
    Setting {
        /// Its name in `config.json`.
        setting: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A tensor that the model needs is in none of its files.
    #[error("the tensor {name} of shape {expected:?} is in none of the files of weights")]
    MissingTensor {
        /// Its name.
        name: String,
        /// The shape that the configuration asks for.
        expected: Vec<usize>,
    },
    /// A tensor that the model has no use for.
    #[error(
        "the tensor {name} of shape {found:?} has no place in this model: is config.json another model's?"
    )]
    ExtraTensor {
        /// Its name.
        name: String,
        /// Its shape.
        found: Vec<usize>,
    },
    /// A tensor of another shape than the configuration says.
    #[error("the tensor {name} has shape {found:?}, and config.json asks for {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that the configuration asks for.
        expected: Vec<usize>,
    },
    /// A tensor of numbers of a kind that is not read here.
    #[error("the tensor {name} holds {found}, and only F32, BF16 and F16 are read")]
    Numbers {
        /// Its name.
        name: String,
        /// The kind of number.
        found: String,
    },
    /// What was asked for cannot be done with this model.
    #[error("{0}")]
    Request(String),
    /// A token that the model does not have.
    #[error("token {token} is not below the vocabulary's size of {vocab}")]
    Token {
        /// The token.
        token: u32,
        /// How many there are.
        vocab: usize,
    },
    /// More tokens than the model was made for.
    #[error("{tokens} tokens do not fit in a context of {context}")]
    Context {
        /// How many there are.
        tokens: usize,
        /// How many fit.
        context: usize,
    },
    /// The arithmetic left the numbers; no weight has been changed.
    #[error("{what} is not finite; no weight was changed")]
    NotFinite {
        /// What it was.
        what: String,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, problem: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.into(),
            problem: problem.to_string(),
        }
    }
}

//! What can be wrong with a tokenizer, a template, or a conversation.

use std::path::PathBuf;

/// Why there are no tokens. Each says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{what}: {problem}")]
    Malformed {
        /// The file, or what else was read.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no chat template.
    #[error(
        "{what} has no chat template, so nothing says how its conversations are written; put one beside it as \
         chat_template.jinja (instruction-tuned models come with one, base models do not), or take the tokenizer of \
         the instruction-tuned variant"
    )]
    NoTemplate {
        /// The tokenizer's folder or name.
        what: String,
    },
    /// The template cannot be read, or refuses a conversation.
    #[error("chat template: {problem}")]
    Template {
        /// What it says, with the line.
        problem: String,
    },
    /// The tokenizer refuses a text or ids.
    #[error("tokenizer: {problem}")]
    Tokenizer {
        /// What it says.
        problem: String,
    },
    /// The template writes a conversation in a way that no policy could have continued.
    #[error(
        "chat template: message {message} of the conversation does not begin as the template asks for a reply; a reply \
         of a policy cannot be told from its prompt"
    )]
    ReplyElsewhere {
        /// The message's number, from 0.
        message: usize,
    },
}

impl TokensError {
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    pub(crate) fn malformed(what: impl Into<String>, problem: impl ToString) -> Self {
        Self::Malformed {
            what: what.into(),
            problem: problem.to_string(),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    pub(crate) fn tokenizer(problem: impl ToString) -> Self {
        Self::Tokenizer {
            problem: problem.to_string(),
        }
    }
}

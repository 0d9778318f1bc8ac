//! What a pass computes at once: sequences side by side, none of which sees another.

use std::ops::Range;

use crate::Error;
use crate::config::ModelConfig;

/// Sequences packed without padding.
///
/// Each sequence's last token is there to be predicted only, so that it takes no row.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(crate) tokens: Vec<u32>,
    pub(crate) positions: Vec<u32>,
    pub(crate) segments: Vec<Range<usize>>,
    /// The row whose prediction is scored, ascending.
    pub(crate) rows: Vec<u32>,
    /// The token that it should have predicted.
    pub(crate) targets: Vec<u32>,
}

impl Batch {
    /// A batch without sequences.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a sequence and says which of the batch's scores are its own. `scored[i]` asks for the
    /// log-probability of token `i` after all tokens before it; the first token has none before it and is never
    /// scored. A missing rest of `scored` is not asked for.
    pub fn push(&mut self, tokens: &[u32], scored: &[bool]) -> Range<usize> {
        let first_score = self.rows.len();
        let first = self.tokens.len();
        let inputs = tokens.len().saturating_sub(1);
        if inputs > 0 {
            self.tokens.extend(&tokens[..inputs]);
            self.positions
                .extend((0..inputs).map(|position| position as u32));
            self.segments.push(first..first + inputs);
            for (index, token) in tokens.iter().enumerate().skip(1) {
                if scored.get(index).copied().unwrap_or(false) {
                    self.rows.push((first + index - 1) as u32);
                    self.targets.push(*token);
                }
            }
        }
        first_score..self.rows.len()
    }

    /// How many tokens a pass computes.
    pub fn rows(&self) -> usize {
        self.tokens.len()
    }

    /// How many tokens are scored.
    pub fn scored(&self) -> usize {
        self.targets.len()
    }

    /// The tokens that are scored, in the order of the scores.
    pub fn targets(&self) -> &[u32] {
        &self.targets
    }

    /// Takes out all sequences and keeps the memory.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.positions.clear();
        self.segments.clear();
        self.rows.clear();
        self.targets.clear();
    }

    pub(crate) fn check(&self, config: &ModelConfig) -> Result<(), Error> {
        check_tokens(self.tokens.iter().chain(&self.targets), config.vocab)?;
        for segment in &self.segments {
            if segment.len() > config.context {
                return Err(Error::Context {
                    tokens: segment.len(),
                    context: config.context,
                });
            }
        }
        Ok(())
    }
}

/// All tokens are in the vocabulary.
pub(crate) fn check_tokens<'a>(
    tokens: impl IntoIterator<Item = &'a u32>,
    vocab: usize,
) -> Result<(), Error> {
    match tokens.into_iter().find(|token| **token as usize >= vocab) {
        Some(token) => Err(Error::Token {
            token: *token,
            vocab,
        }),
        None => Ok(()),
    }
}

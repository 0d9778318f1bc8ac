//! From tokens to text, as they come.

use crate::{Tokenizer, TokensError};

/// Text that is written token by token. A token may end within a character, and what a token means may depend on the
/// one before it: nothing is given until it is whole and certain.
#[derive(Clone, Debug, Default)]
pub struct TextStream {
    /// Tokens whose text was given last, and those whose text was not.
    ids: Vec<u32>,
    /// How many of them were given.
    n_given: usize,
    keeps_special: bool,
}

impl TextStream {
    /// An empty one. Special tokens print nothing, unless `keeps_special`.
    pub fn new(keeps_special: bool) -> Self {
        Self {
            keeps_special,
            ..Self::default()
        }
    }

    /// The next token: the text that is certain now, often a word, sometimes nothing.
    ///
    /// # Errors
    /// Where the tokenizer knows no such token.
    pub fn push(&mut self, tokenizer: &Tokenizer, id: u32) -> Result<String, TokensError> {
        self.ids.push(id);
        let (before, all) = self.texts(tokenizer)?;
        // Half a character decodes to a replacement character; so does a byte that is wrong for good, which comes out
        // with the next sound token.
        if all.ends_with('\u{fffd}') || all.len() <= before.len() {
            return Ok(String::new());
        }
        let new = all.get(before.len()..).unwrap_or_default().to_owned();
        self.ids.drain(..self.n_given);
        self.n_given = self.ids.len();
        Ok(new)
    }

    /// The end: what is left, half a character as a replacement character.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(self, tokenizer: &Tokenizer) -> Result<String, TokensError> {
        let (before, all) = self.texts(tokenizer)?;
        Ok(all.get(before.len()..).unwrap_or_default().to_owned())
    }

    fn texts(&self, tokenizer: &Tokenizer) -> Result<(String, String), TokensError> {
        let text = |ids: &[u32]| tokenizer.decode_with(ids, self.keeps_special);
        Ok((text(&self.ids[..self.n_given])?, text(&self.ids)?))
    }
}

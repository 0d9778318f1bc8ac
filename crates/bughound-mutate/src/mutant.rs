//! A small change of one text, exact.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a change is meant to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MutantKind {
    /// What the program does; it still parses.
    Mutation,
    /// That it compiles, or can be loaded.
    Compile,
    /// How it is built, packed or configured.
    Configuration,
}

/// A small change of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The name of the operator that made it: `comparison`.
    pub operator: &'static str,
    /// What it is meant to break.
    pub kind: MutantKind,
    /// Bytes of the text that are replaced; may be empty.
    pub span: Range<usize>,
    /// The line on which they begin, from 1.
    pub line: u32,
    /// What stands there.
    pub original: String,
    /// What comes to stand there.
    pub replacement: String,
    /// The change in words: `` `<` becomes `<=` ``.
    pub description: String,
    /// Qualified name of the function around it, or of the type where there is no function.
    pub inside: Option<String>,
}

/// A mutant that belongs to another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotHere {
    /// The bytes that it replaces.
    pub span: Range<usize>,
    /// What should stand there.
    pub expected: String,
}

impl std::fmt::Display for NotHere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { span, expected } = self;
        write!(
            f,
            "{expected:?} does not stand at bytes {}..{}: the mutant was made for another text",
            span.start, span.end
        )
    }
}

impl std::error::Error for NotHere {}

impl Mutant {
    /// The text with the change.
    ///
    /// # Errors
    /// [`NotHere`] where the text is not the one that the mutant was made for.
    pub fn apply(&self, text: &str) -> Result<String, NotHere> {
        replace(text, &self.span, &self.original, &self.replacement)
    }

    /// The text without the change again.
    ///
    /// # Errors
    /// [`NotHere`] where the text does not have the change.
    pub fn revert(&self, text: &str) -> Result<String, NotHere> {
        let span = self.span.start..self.span.start + self.replacement.len();
        replace(text, &span, &self.replacement, &self.original)
    }
}

fn replace(text: &str, span: &Range<usize>, from: &str, to: &str) -> Result<String, NotHere> {
    if text.get(span.clone()) != Some(from) {
        return Err(NotHere {
            span: span.clone(),
            expected: from.to_owned(),
        });
    }
    let mut changed = String::with_capacity(text.len() + to.len());
    changed.push_str(&text[..span.start]);
    changed.push_str(to);
    changed.push_str(&text[span.end..]);
    Ok(changed)
}

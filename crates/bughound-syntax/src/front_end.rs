//! The seam between languages.

use bughound_core::Language;

use crate::Outline;

/// Reads one language.
///
/// What an implementer upholds, for *any* text, valid source or not:
///
/// - it neither panics nor overflows the stack, however deep the text nests, and what it cannot understand
///   it lists in [`Outline::problems`], at most [`MAX_PROBLEMS`] of them;
/// - every span lies inside the text, on character boundaries, and every line between 1 and the text's
///   number of lines as a [`crate::LineTable`] counts them;
/// - definitions are in source order with parents before children, a child's span inside its parent's
///   (except where the language places them apart, as C++ does with `Class::method` and Go with methods:
///   there the parent is what lies around in the *text*, and only the qualified name tells the class);
/// - a definition's `qualified_name` ends in its `name`, and `signature` and `body` lie inside its `span`;
/// - the same text gives the same outline.
pub trait FrontEnd: Sync {
    /// The language that it reads.
    fn language(&self) -> Language;

    /// The outline of one file's text. The text is at most [`crate::MAX_BYTES`] long.
    fn read(&self, text: &str) -> Outline;
}

/// Problems that are kept per file.
pub const MAX_PROBLEMS: usize = 20;

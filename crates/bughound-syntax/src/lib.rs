//! What is in *one* file? Text in, [`Outline`] out: definitions, imports, calls, string literals and
//! module-level assignments, with a list of [`SyntaxProblem`]s for what could not be understood.
//!
//! A front end per language stands in a file of its own. None of them fails: any bytes give an outline.
//! This crate knows nothing of repositories, paths or caches.

mod outline;

pub use outline::{
    Assignment, ByteSpan, Call, Definition, DefinitionFlags, Import, ImportedName, Outline,
    StringLiteral, SyntaxProblem,
};

use bughound_core::Language;

/// Bumped whenever any front end finds something else in the same bytes; caches of outlines key on it.
pub const EXTRACTOR_VERSION: u32 = 1;

/// Reads one source file. Never fails and never panics: what cannot be understood is listed in
/// [`Outline::problems`].
///
/// `text` need not be valid source. All spans of the outline lie inside it.
pub fn outline(language: Language, text: &str) -> Outline {
    let _ = language;
    Outline { n_lines: 1 + text.matches('\n').count() as u32, ..Outline::default() }
}

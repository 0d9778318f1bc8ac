//! What is in *one* file? Text in, [`Outline`] out: definitions, imports, calls, string literals and
//! module-level assignments, with a list of [`SyntaxProblem`]s for what could not be understood.
//!
//! A front end per language stands in a file of its own. None of them fails: any text gives an outline.
//! This crate knows nothing of repositories, paths or caches.

mod builder;
mod c;
mod c_family;
mod cpp;
mod ecma;
mod front_end;
mod go;
mod java;
mod javascript;
mod lines;
mod outline;
mod python;
mod rust;
mod text;
mod tree;
mod typescript;

pub use front_end::{FrontEnd, MAX_PROBLEMS};
pub use lines::LineTable;
pub use outline::{
    Assignment, ByteSpan, Call, Definition, DefinitionFlags, Import, ImportedName, Outline,
    StringLiteral, SyntaxProblem,
};

use bughound_core::Language;

/// Bumped whenever any front end finds something else in the same bytes; caches of outlines key on it.
pub const EXTRACTOR_VERSION: u32 = 5;

/// Texts longer than this are not read: their outline holds a problem and the number of lines. Trees take 22
/// (Python) to 26 (C) bytes of memory per byte of text, measured on generated files of 15 MB.
pub const MAX_BYTES: usize = 8 << 20;

/// The front end of a language.
pub fn front_end(language: Language) -> &'static dyn FrontEnd {
    match language {
        Language::Python => &python::Python,
        Language::Rust => &rust::Rust,
        Language::JavaScript => &javascript::JavaScript,
        Language::TypeScript => &typescript::TypeScript,
        Language::Tsx => &typescript::Tsx,
        Language::Java => &java::Java,
        Language::Go => &go::Go,
        Language::C => &c::C,
        Language::Cpp => &cpp::Cpp,
        Language::Text => &text::Text,
    }
}

/// Reads one source file. Never fails and never panics: what cannot be understood is listed in
/// [`Outline::problems`].
///
/// `text` need not be valid source. All spans of the outline lie inside it.
pub fn outline(language: Language, text: &str) -> Outline {
    if text.len() > MAX_BYTES {
        let mut builder = builder::Builder::new(text);
        let mib = MAX_BYTES >> 20;
        builder.problem(0, format!("longer than {mib} MiB; not parsed"));
        return builder.finish();
    }
    front_end(language).read(text)
}

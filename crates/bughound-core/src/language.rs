//! The languages whose sources are understood.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language with a front end in `bughound-syntax`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Language {
    /// Python, stubs (`.pyi`) included.
    Python = 0,
    /// Rust.
    Rust = 1,
    /// JavaScript, JSX included.
    JavaScript = 2,
    /// TypeScript.
    TypeScript = 3,
    /// TypeScript with JSX.
    Tsx = 4,
    /// Java.
    Java = 5,
    /// Go.
    Go = 6,
    /// C.
    C = 7,
    /// C++; `.h` counts as C++, whose grammar reads C declarations too.
    Cpp = 8,
    /// A language that is not understood: its files have words, and no definitions.
    Text = 9,
}

impl Language {
    /// Every language that is understood, in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::Python,
        Self::Rust,
        Self::JavaScript,
        Self::TypeScript,
        Self::Tsx,
        Self::Java,
        Self::Go,
        Self::C,
        Self::Cpp,
    ];

    /// The language that a file extension (without its dot, any case) stands for.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let lower = extension.to_ascii_lowercase();
        Some(match lower.as_str() {
            "py" | "pyi" | "pyw" => Self::Python,
            "rs" => Self::Rust,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "java" => Self::Java,
            "go" => Self::Go,
            "c" => Self::C,
            "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "inl" | "ipp" => Self::Cpp,
            _ => return None,
        })
    }

    /// Whether a file extension (without its dot, any case) stands for a programming language that is not
    /// understood. Markup, data and configuration are none.
    pub fn is_text_source(extension: &str) -> bool {
        TEXT_SOURCES
            .binary_search(&extension.to_ascii_lowercase().as_str())
            .is_ok()
    }

    /// Whether a file extension stands for scripts and configuration in code, such as stand beside many products.
    pub fn is_script(extension: &str) -> bool {
        SCRIPTS
            .binary_search(&extension.to_ascii_lowercase().as_str())
            .is_ok()
    }

    /// The language with this number (`as u8`), for readers of caches.
    pub fn from_u8(number: u8) -> Option<Self> {
        if number == Self::Text as u8 {
            return Some(Self::Text);
        }
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Lower-case name, as it is written in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::Java => "java",
            Self::Go => "go",
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Text => "text",
        }
    }
}

/// Extensions of programming languages that are not understood, sorted.
const TEXT_SOURCES: &[&str] = &[
    "adb", "ads", "asm", "awk", "bash", "cbl", "cl", "clj", "cljc", "cljs", "cob", "coffee", "cr",
    "cs", "cu", "d", "dart", "el", "elm", "erl", "ex", "exs", "f", "f03", "f08", "f90", "f95",
    "fish", "for", "fs", "fsi", "gd", "gleam", "groovy", "hack", "hcl", "hrl", "hs", "hx", "jl",
    "kt", "kts", "lean", "lisp", "lua", "m", "ml", "mli", "mm", "nim", "nix", "pas", "php", "pl",
    "pm", "pro", "ps1", "purs", "r", "rb", "rkt", "s", "sc", "scala", "scm", "sh", "sml", "sol",
    "sv", "svelte", "swift", "tcl", "tf", "v", "vala", "vb", "vhd", "vhdl", "vim", "vue", "zig",
    "zsh",
];

/// Of these, what stands beside many products.
const SCRIPTS: &[&str] = &[
    "awk", "bash", "fish", "hcl", "nix", "ps1", "sh", "tf", "vim", "zsh",
];

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn numbers_round_trip() {
        for language in Language::ALL {
            assert_eq!(Language::from_u8(language as u8), Some(language));
        }
        assert_eq!(
            Language::from_u8(Language::Text as u8),
            Some(Language::Text)
        );
        assert_eq!(Language::from_u8(200), None);
    }

    #[test]
    fn text_sources_are_sorted_and_not_understood() {
        assert!(super::TEXT_SOURCES.is_sorted());
        assert!(super::SCRIPTS.is_sorted());
        assert!(super::SCRIPTS.iter().all(|it| Language::is_text_source(it)));
        for extension in super::TEXT_SOURCES {
            assert_eq!(Language::from_extension(extension), None, "{extension}");
            assert!(Language::is_text_source(&extension.to_uppercase()));
        }
        assert!(!Language::is_text_source("md"));
    }
}

//! `exception_type`: another error is caught or raised.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct ExceptionType;

/// Errors that are mistaken for one another, of all languages.
const SWAPS: &[(&str, &str)] = &[
    ("KeyError", "IndexError"),
    ("IndexError", "KeyError"),
    ("ValueError", "TypeError"),
    ("TypeError", "ValueError"),
    ("AttributeError", "KeyError"),
    ("StopIteration", "IndexError"),
    ("NotImplementedError", "ValueError"),
    ("OSError", "ValueError"),
    ("FileNotFoundError", "PermissionError"),
    ("ImportError", "AttributeError"),
    ("ModuleNotFoundError", "AttributeError"),
    ("UnicodeDecodeError", "UnicodeEncodeError"),
    ("RuntimeError", "ValueError"),
    ("OverflowError", "ValueError"),
    ("ZeroDivisionError", "ValueError"),
    ("Exception", "KeyError"),
    ("RangeError", "TypeError"),
    ("SyntaxError", "TypeError"),
    ("IllegalArgumentException", "IllegalStateException"),
    ("IllegalStateException", "IllegalArgumentException"),
    ("IndexOutOfBoundsException", "IllegalArgumentException"),
    ("NullPointerException", "IllegalArgumentException"),
    ("NoSuchElementException", "IllegalStateException"),
    ("UnsupportedOperationException", "IllegalStateException"),
    ("NumberFormatException", "NullPointerException"),
    ("invalid_argument", "out_of_range"),
    ("out_of_range", "invalid_argument"),
    ("runtime_error", "logic_error"),
    ("logic_error", "runtime_error"),
];

const PLACES: &[&str] = &[
    "except_clause",
    "raise_statement",
    "throw_statement",
    "catch_clause",
    "catch_formal_parameter",
];

/// Where a name means something else.
const BARRIERS: &[&str] = &[
    "block",
    "statement_block",
    "compound_statement",
    "argument_list",
    "arguments",
];

impl Operator for ExceptionType {
    fn name(&self) -> &'static str {
        "exception_type"
    }

    fn about(&self) -> &'static str {
        "another error is caught or raised: `KeyError` becomes `IndexError`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["identifier", "type_identifier"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        // The statement itself, and not one inside of what it holds.
        let is_place = (0..5)
            .map(|level| site.ancestor_kind(level))
            .find(|kind| PLACES.contains(kind) || BARRIERS.contains(kind))
            .is_some_and(|kind| PLACES.contains(&kind));
        if !is_place {
            return;
        }
        let own = site.own();
        // JavaScript knows a TypeError, and nothing of ValueError.
        let is_script = matches!(
            site.language,
            Language::JavaScript | Language::TypeScript | Language::Tsx
        );
        let to = match own {
            "TypeError" if is_script => Some("RangeError"),
            _ => SWAPS
                .iter()
                .find(|(from, _)| *from == own)
                .map(|(_, to)| *to),
        };
        if let Some(to) = to {
            out.replace(site, site.node, to);
        }
    }
}

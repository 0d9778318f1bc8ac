//! `mark_removed`: a semicolon, or the colon that opens a block, that got lost.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct MarkRemoved;

impl Operator for MarkRemoved {
    fn name(&self) -> &'static str {
        "mark_removed"
    }

    fn about(&self) -> &'static str {
        "the semicolon after a statement, or the colon before a block (Python), is removed; it no longer parses"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[";", ":"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let around = site.ancestor_kind(0);
        let fits = match site.kind {
            ";" => {
                matches!(
                    site.language,
                    Language::Rust | Language::Java | Language::C | Language::Cpp
                ) && (around.ends_with("_statement")
                    || around.ends_with("_declaration")
                    || around == "declaration")
            }
            _ => {
                site.language == Language::Python
                    && (around.ends_with("_statement")
                        || around.ends_with("_definition")
                        || around.ends_with("_clause"))
            }
        };
        if fits && !site.node.is_missing() {
            out.push_broken(
                site.node.byte_range(),
                "",
                format!("`{}` is removed", site.kind),
            );
        }
    }
}

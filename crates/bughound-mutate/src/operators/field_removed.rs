//! `field_removed`: a field of a type that got lost.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct FieldRemoved;

impl Operator for FieldRemoved {
    fn name(&self) -> &'static str {
        "field_removed"
    }

    fn about(&self) -> &'static str {
        "a field of a struct or class, or a variant of an enum, that stands alone on its line is removed"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "field_declaration",
            "enum_variant",
            "property_signature",
            "enum_constant",
        ]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        // In C++ a method is declared as a field.
        if site.own().contains('(') && !matches!(site.kind, "enum_variant" | "enum_constant") {
            return;
        }
        let mut span = site.node.byte_range();
        if site.text[span.end..].starts_with([',', ';']) {
            span.end += 1;
        }
        if let Some(lines) = site.whole_lines(span) {
            let own = site.own();
            let first = own.lines().next().unwrap_or("");
            out.push(lines, "", format!("`{first}` is removed"));
        }
    }
}

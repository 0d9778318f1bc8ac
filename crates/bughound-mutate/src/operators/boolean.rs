//! `boolean`: and for or, or for and.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct Boolean;

impl Operator for Boolean {
    fn name(&self) -> &'static str {
        "boolean"
    }

    fn about(&self) -> &'static str {
        "`and` becomes `or`, `||` becomes `&&`, and the other way round"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["and", "or", "&&", "||"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if !matches!(
            site.ancestor_kind(0),
            "boolean_operator" | "binary_expression"
        ) {
            return;
        }
        let to = match site.kind {
            "and" => "or",
            "or" => "and",
            "&&" => "||",
            _ => "&&",
        };
        out.replace(site, site.node, to);
    }
}

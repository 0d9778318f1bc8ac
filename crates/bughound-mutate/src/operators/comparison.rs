//! `comparison`: a bound that is in or out, a test that is turned round.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct Comparison;

const SWAPS: &[(&str, &str)] = &[
    ("<", "<="),
    ("<=", "<"),
    (">", ">="),
    (">=", ">"),
    ("==", "!="),
    ("!=", "=="),
    ("===", "!=="),
    ("!==", "==="),
    ("is", "is not"),
    ("is not", "is"),
    ("in", "not in"),
    ("not in", "in"),
];

impl Operator for Comparison {
    fn name(&self) -> &'static str {
        "comparison"
    }

    fn about(&self) -> &'static str {
        "another comparison: `<` becomes `<=`, `==` becomes `!=`, `in` becomes `not in`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "<", "<=", ">", ">=", "==", "!=", "===", "!==", "is", "is not", "in", "not in",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if !matches!(
            site.ancestor_kind(0),
            "comparison_operator" | "binary_expression"
        ) {
            return;
        }
        // `in` of JavaScript has no opposite.
        if site.kind == "in" && site.language != Language::Python {
            return;
        }
        if let Some((_, to)) = SWAPS.iter().find(|(from, _)| *from == site.kind) {
            out.replace(site, site.node, to);
        }
    }
}

//! `boolean_constant`: true for false, false for true.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct BooleanConstant;

impl Operator for BooleanConstant {
    fn name(&self) -> &'static str {
        "boolean_constant"
    }

    fn about(&self) -> &'static str {
        "`True` becomes `False`, `false` becomes `true`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["true", "false", "boolean_literal"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_default = matches!(
            site.ancestor_kind(0),
            "default_parameter"
                | "typed_default_parameter"
                | "assignment_pattern"
                | "required_parameter"
                | "optional_parameter_declaration"
        );
        // `while true` and its like hang; types may be literals, too.
        let is_loop = matches!(
            site.ancestor_kind(0),
            "while_statement" | "while_expression"
        ) || matches!(site.ancestor_kind(1), "while_statement" | "do_statement");
        if is_default || is_loop || site.is_within(&["type_annotation", "literal_type"]) {
            return;
        }
        let to = match site.own() {
            "True" => "False",
            "False" => "True",
            "true" => "false",
            "false" => "true",
            _ => return,
        };
        // Rust has the word inside of a node of its own.
        if site.ancestor_kind(0) != "boolean_literal" {
            out.replace(site, site.node, to);
        }
    }
}

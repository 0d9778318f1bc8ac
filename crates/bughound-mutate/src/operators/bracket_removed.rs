//! `bracket_removed`: a bracket that is never closed.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct BracketRemoved;

impl Operator for BracketRemoved {
    fn name(&self) -> &'static str {
        "bracket_removed"
    }

    fn about(&self) -> &'static str {
        "the bracket that closes a call, a list of parameters or a block is removed; it no longer parses"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[")", "]", "}"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_last = site.ancestor(0).is_some_and(|around| {
            around.end_byte() == site.node.end_byte()
                && matches!(
                    around.kind(),
                    "argument_list"
                        | "arguments"
                        | "parameters"
                        | "formal_parameters"
                        | "parameter_list"
                        | "list"
                        | "dictionary"
                        | "tuple"
                        | "array"
                        | "object"
                        | "subscript"
                        | "subscript_expression"
                        | "index_expression"
                        | "block"
                        | "statement_block"
                        | "compound_statement"
                )
        });
        if is_last && !site.node.is_missing() {
            out.push_broken(
                site.node.byte_range(),
                "",
                format!("`{}` is removed", site.kind),
            );
        }
    }
}

//! `wrong_variable`: another variable of the same function.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, is_compiled};
use crate::scope::Binding;
use crate::site::{Changes, Site};

pub(crate) struct WrongVariable;

/// Where a variable is read.
const READERS: &[&str] = &[
    "argument_list",
    "arguments",
    "binary_operator",
    "binary_expression",
    "comparison_operator",
    "boolean_operator",
    "return_statement",
    "return_expression",
    "expression_list",
    "subscript",
    "subscript_expression",
    "index_expression",
    "array_access",
];

impl Operator for WrongVariable {
    fn name(&self) -> &'static str {
        "wrong_variable"
    }

    fn about(&self) -> &'static str {
        "a variable becomes another one of the same function, of the same type where types are written"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["identifier"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_read = READERS.contains(&site.ancestor_kind(0))
            && !matches!(site.field, Some("function" | "name"));
        if !is_read {
            return;
        }
        let (own, at) = (site.own(), site.node.start_byte());
        let seen = |binding: &&Binding<'_>| binding.at <= at && binding.visible.contains(&at);
        let mine = site.bindings.iter().filter(seen).rfind(|it| it.name == own);
        let Some(mine) = mine else { return };
        let fits = |other: &&Binding<'_>| {
            other.name != own
                && (!is_compiled(site.language)
                    || (other.written_type.is_some() && other.written_type == mine.written_type))
        };
        // The next one bound, or else the first: neighbours are mistaken for one another.
        let others = || site.bindings.iter().filter(seen).filter(fits);
        let other = others()
            .find(|other| other.at > mine.at)
            .or_else(|| others().next());
        if let Some(other) = other {
            out.replace(site, site.node, other.name);
        }
    }
}

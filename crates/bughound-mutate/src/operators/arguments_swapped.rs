//! `arguments_swapped`: two arguments in the wrong order.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site, parts};

pub(crate) struct ArgumentsSwapped;

/// Arguments that are given by name or are many at once have no order.
const UNORDERED: &[&str] = &[
    "keyword_argument",
    "list_splat",
    "dictionary_splat",
    "spread_element",
    "generator_expression",
];

impl Operator for ArgumentsSwapped {
    fn name(&self) -> &'static str {
        "arguments_swapped"
    }

    fn about(&self) -> &'static str {
        "two neighbouring arguments of a call change places"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["argument_list", "arguments"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let arguments = parts(site.node);
        for pair in arguments.windows(2) {
            let [first, second] = pair else { continue };
            let is_unordered = pair.iter().any(|it| UNORDERED.contains(&it.kind()));
            // What differs in shape differs in type, and nobody mistakes one for the other.
            let is_alike = first.kind() == second.kind();
            let (a, b) = (site.slice(*first), site.slice(*second));
            if is_unordered || !is_alike || a == b || a.len() + b.len() > 80 {
                continue;
            }
            let between = &site.text[first.end_byte()..second.start_byte()];
            out.push(
                first.start_byte()..second.end_byte(),
                format!("{b}{between}{a}"),
                format!("`{a}` and `{b}` change places"),
            );
        }
    }
}

//! `arithmetic`: another arithmetic operation.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct Arithmetic;

const SWAPS: &[(&str, &str)] = &[
    ("+", "-"),
    ("-", "+"),
    ("*", "/"),
    ("/", "*"),
    ("//", "/"),
    ("%", "*"),
    ("**", "*"),
    ("<<", ">>"),
    (">>", "<<"),
    ("&", "|"),
    ("|", "&"),
    ("+=", "-="),
    ("-=", "+="),
    ("*=", "+="),
    ("|=", "&="),
    ("&=", "|="),
    ("++", "--"),
    ("--", "++"),
];

/// What holds an operation; the same signs stand in types and patterns, too.
const OPERATIONS: &[&str] = &[
    "binary_operator",
    "binary_expression",
    "augmented_assignment",
    "augmented_assignment_expression",
    "compound_assignment_expr",
    "assignment_expression",
    "assignment_statement",
    "update_expression",
    "inc_statement",
    "dec_statement",
];

const STRINGS: &[&str] = &[
    "string",
    "concatenated_string",
    "string_literal",
    "template_string",
    "interpreted_string_literal",
    "raw_string_literal",
];

impl Operator for Arithmetic {
    fn name(&self) -> &'static str {
        "arithmetic"
    }

    fn about(&self) -> &'static str {
        "another arithmetic operation: `+` becomes `-`, `//` becomes `/`, `+=` becomes `-=`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "+=", "-=", "*=", "|=",
            "&=", "++", "--",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let Some(operation) = site.ancestor(0) else {
            return;
        };
        if site.node.is_named() || !OPERATIONS.contains(&operation.kind()) {
            return;
        }
        // Strings are joined, and cannot be subtracted: nobody makes that mistake.
        let mut cursor = operation.walk();
        let joins = operation
            .named_children(&mut cursor)
            .any(|operand| STRINGS.contains(&operand.kind()));
        if joins {
            return;
        }
        if let Some((_, to)) = SWAPS.iter().find(|(from, _)| *from == site.kind) {
            out.replace(site, site.node, to);
        }
    }
}

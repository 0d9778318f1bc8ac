//! `statement_removed`: a call or an assignment that got lost.

use bughound_core::Language;
use tree_sitter::Node;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site, parts};

pub(crate) struct StatementRemoved;

const BLOCKS: &[&str] = &[
    "block",
    "statement_block",
    "compound_statement",
    "statement_list",
    "constructor_body",
];

/// Statements that do something and bind no new name.
const EFFECTS: &[&str] = &[
    "call",
    "call_expression",
    "method_invocation",
    "augmented_assignment",
    "augmented_assignment_expression",
    "compound_assignment_expr",
    "assignment_expression",
    "update_expression",
    "await",
    "await_expression",
    "try_expression",
    "yield",
];

impl Operator for StatementRemoved {
    fn name(&self) -> &'static str {
        "statement_removed"
    }

    fn about(&self) -> &'static str {
        "a call or an assignment that stands alone on its lines is removed"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "expression_statement",
            "assignment_statement",
            "inc_statement",
            "dec_statement",
        ]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let Some(block) = site.ancestor(0).filter(|it| BLOCKS.contains(&it.kind())) else {
            return;
        };
        if !has_effect(site) {
            return;
        }
        let own = site.own();
        let first = own.lines().next().unwrap_or("");
        let description = format!("`{first}` is removed");
        if site.language == Language::Python && parts(block).len() == 1 {
            out.push(site.node.byte_range(), "pass", description);
        } else if let Some(lines) = site.whole_lines(site.node.byte_range()) {
            out.push(lines, "", description);
        }
    }
}

fn has_effect(site: &Site<'_, '_>) -> bool {
    if site.kind != "expression_statement" {
        return true;
    }
    let Some(inner) = site.node.named_child(0) else {
        return false;
    };
    EFFECTS.contains(&inner.kind()) || (inner.kind() == "assignment" && binds_nothing(inner))
}

/// `self.x = ...`, `a[i] = ...`.
fn binds_nothing(assignment: Node<'_>) -> bool {
    assignment
        .child_by_field_name("left")
        .is_some_and(|left| matches!(left.kind(), "attribute" | "subscript"))
}

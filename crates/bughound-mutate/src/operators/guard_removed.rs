//! `guard_removed`: an early way out that got lost.

use bughound_core::Language;
use tree_sitter::Node;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site, parts};

pub(crate) struct GuardRemoved;

const JUMPS: &[&str] = &[
    "return_statement",
    "raise_statement",
    "throw_statement",
    "continue_statement",
    "break_statement",
    "return_expression",
    "continue_expression",
    "break_expression",
];

impl Operator for GuardRemoved {
    fn name(&self) -> &'static str {
        "guard_removed"
    }

    fn about(&self) -> &'static str {
        "an `if` that does nothing but return, raise, continue or break is removed"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["if_statement", "if_expression"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if site.child("alternative").is_some() {
            return;
        }
        let Some(body) = site.child("consequence") else {
            return;
        };
        if !is_jump(body) {
            return;
        }
        let (whole, around) = if site.ancestor_kind(0) == "expression_statement" {
            (site.ancestor(0).unwrap_or(site.node), site.ancestor(1))
        } else {
            (site.node, site.ancestor(0))
        };
        let is_only = around.is_none_or(|around| parts(around).len() < 2);
        if is_only {
            return;
        }
        if let Some(lines) = site.whole_lines(whole.byte_range()) {
            let first = site
                .own()
                .lines()
                .next()
                .unwrap_or("")
                .trim_end_matches([' ', '{']);
            out.push(lines, "", format!("`{first}` and its way out are removed"));
        }
    }
}

/// Whether a node is a jump, or holds nothing but one.
fn is_jump(node: Node<'_>) -> bool {
    if JUMPS.contains(&node.kind()) {
        return true;
    }
    match parts(node).as_slice() {
        [only] => is_jump(*only),
        _ => false,
    }
}

//! `condition_negated`: the branches of a condition change places.

use bughound_core::Language;
use tree_sitter::Node;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site, parts};

pub(crate) struct ConditionNegated;

impl Operator for ConditionNegated {
    fn name(&self) -> &'static str {
        "condition_negated"
    }

    fn about(&self) -> &'static str {
        "`if x` becomes `if not x`, `if (x)` becomes `if (!x)`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "if_statement",
            "elif_clause",
            "if_expression",
            "conditional_expression",
            "ternary_expression",
        ]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let Some(condition) = condition(site) else {
            return;
        };
        let own = site.slice(condition);
        let kind = condition.kind();
        // A comparison or a `not` is another operator's; `if let` has no opposite.
        let is_others = matches!(
            kind,
            "comparison_operator"
                | "not_operator"
                | "let_condition"
                | "let_chain"
                | "boolean_operator"
        ) || own.starts_with('!')
            || own.contains('\n')
            || (kind == "binary_expression");
        if is_others {
            return;
        }
        let is_simple = matches!(
            kind,
            "identifier"
                | "call"
                | "call_expression"
                | "attribute"
                | "field_expression"
                | "member_expression"
                | "method_invocation"
                | "selector_expression"
                | "subscript"
                | "parenthesized_expression"
        );
        let (open, close) = if is_simple { ("", "") } else { ("(", ")") };
        let not = if site.language == Language::Python {
            "not "
        } else {
            "!"
        };
        out.push(
            condition.byte_range(),
            format!("{not}{open}{own}{close}"),
            format!("the condition `{own}` is negated"),
        );
    }
}

/// The condition without the brackets that belong to the statement.
fn condition<'n>(site: &Site<'_, 'n>) -> Option<Node<'n>> {
    if site.kind == "conditional_expression" && site.language == Language::Python {
        return parts(site.node).get(1).copied();
    }
    let condition = site.child("condition")?;
    match condition.kind() {
        "parenthesized_expression" => parts(condition).first().copied(),
        "condition_clause" => condition.child_by_field_name("value"),
        _ => Some(condition),
    }
}

//! `off_by_one`: a number, a bound or a range that is one too large or too small.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site, parts};

pub(crate) struct OffByOne;

/// Where a number is a default, another operator changes it.
const DEFAULTS: &[&str] = &[
    "default_parameter",
    "typed_default_parameter",
    "optional_parameter_declaration",
    "required_parameter",
];

/// Where a number is no amount: a type, a size of an array, a pattern, a label.
const NO_AMOUNTS: &[&str] = &[
    "type",
    "array_type",
    "array_declarator",
    "type_arguments",
    "match_pattern",
    "switch_label",
    "case_statement",
    "preproc_if",
    "preproc_elif",
];

impl Operator for OffByOne {
    fn name(&self) -> &'static str {
        "off_by_one"
    }

    fn about(&self) -> &'static str {
        "a number, the bound of a slice or of a range is one too large or too small; `..` becomes `..=`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "integer",
            "integer_literal",
            "number",
            "number_literal",
            "decimal_integer_literal",
            "int_literal",
            "slice",
            "slice_expression",
            "range_expression",
            "call",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        match site.kind {
            "slice" | "slice_expression" => slice(site, out),
            "range_expression" => range(site, out),
            "call" => python_range(site, out),
            _ => number(site, out),
        }
    }
}

fn number(site: &Site<'_, '_>, out: &mut Changes) {
    let own = site.own();
    let is_default = DEFAULTS.contains(&site.ancestor_kind(0));
    let is_no_amount = (0..3).any(|level| NO_AMOUNTS.contains(&site.ancestor_kind(level)));
    if is_default || is_no_amount {
        return;
    }
    let Ok(value) = own.parse::<u32>() else {
        return;
    };
    // `-1` is one too small as `-2`, and `0` may only grow.
    let to = match (value, site.ancestor_kind(0)) {
        (_, "slice") if value > 0 => value - 1,
        (u32::MAX, _) => return,
        _ => value + 1,
    };
    out.replace(site, site.node, &to.to_string());
}

fn is_number(kind: &str) -> bool {
    matches!(
        kind,
        "integer" | "integer_literal" | "number" | "int_literal" | "unary_operator"
    )
}

/// `a[i:j]` becomes `a[i:j + 1]`, and `a[i + 1:j]`.
fn slice(site: &Site<'_, '_>, out: &mut Changes) {
    let operand = (site.kind == "slice_expression")
        .then(|| site.child("operand"))
        .flatten();
    for bound in parts(site.node) {
        if Some(bound) == operand || is_number(bound.kind()) {
            continue;
        }
        let own = site.slice(bound);
        let to = own
            .strip_suffix(" + 1")
            .map_or_else(|| format!("{own} + 1"), str::to_owned);
        out.replace(site, bound, &to);
    }
}

/// `a..b` becomes `a..=b`, and the other way round.
fn range(site: &Site<'_, '_>, out: &mut Changes) {
    let mut cursor = site.node.walk();
    for sign in site.node.children(&mut cursor) {
        let is_last = sign.end_byte() == site.node.end_byte();
        match sign.kind() {
            ".." if !is_last => out.replace(site, sign, "..="),
            "..=" => out.replace(site, sign, ".."),
            _ => {}
        }
    }
}

/// `range(n)` becomes `range(n + 1)`.
fn python_range(site: &Site<'_, '_>, out: &mut Changes) {
    let is_range = site
        .child("function")
        .is_some_and(|callee| site.slice(callee) == "range");
    let Some(arguments) = site.child("arguments").filter(|_| is_range) else {
        return;
    };
    let arguments = parts(arguments);
    let end = match arguments.as_slice() {
        [end] | [_, end] | [_, end, _] => *end,
        _ => return,
    };
    if is_number(end.kind()) {
        return;
    }
    let own = site.slice(end);
    let to = own
        .strip_suffix(" + 1")
        .or_else(|| own.strip_suffix(" - 1"))
        .map_or_else(|| format!("{own} - 1"), str::to_owned);
    out.replace(site, end, &to);
}

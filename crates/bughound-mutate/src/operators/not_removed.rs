//! `not_removed`: a `not` or `!` that got lost.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct NotRemoved;

impl Operator for NotRemoved {
    fn name(&self) -> &'static str {
        "not_removed"
    }

    fn about(&self) -> &'static str {
        "`not x` becomes `x`, `!x` becomes `x`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["not_operator", "unary_expression"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let own = site.own();
        let Some(rest) = own
            .strip_prefix("not")
            .or_else(|| own.strip_prefix('!'))
            .filter(|_| site.kind == "not_operator" || own.starts_with('!'))
        else {
            return;
        };
        let length = own.len() - rest.trim_start().len();
        let start = site.node.start_byte();
        let word = own[..length].trim_end();
        out.push(start..start + length, "", format!("`{word}` is removed"));
    }
}

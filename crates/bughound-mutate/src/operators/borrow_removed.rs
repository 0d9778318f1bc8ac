//! `borrow_removed`: a value is moved where a reference was given.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct BorrowRemoved;

impl Operator for BorrowRemoved {
    fn name(&self) -> &'static str {
        "borrow_removed"
    }

    fn about(&self) -> &'static str {
        "`&x` becomes `x` in an argument (Rust)"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["reference_expression"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let Some(value) = site.child("value") else {
            return;
        };
        if site.language != Language::Rust || site.ancestor_kind(0) != "arguments" {
            return;
        }
        let start = site.node.start_byte();
        let own = &site.text[start..value.start_byte()];
        out.push(
            start..value.start_byte(),
            "",
            format!("`{}` is removed", own.trim_end()),
        );
    }
}

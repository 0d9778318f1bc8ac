//! `question_removed`: an error that is not handed on.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct QuestionRemoved;

impl Operator for QuestionRemoved {
    fn name(&self) -> &'static str {
        "question_removed"
    }

    fn about(&self) -> &'static str {
        "`x?` becomes `x` (Rust)"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["try_expression"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if site.language == Language::Rust && site.own().ends_with('?') {
            let end = site.node.end_byte();
            out.push(end - 1..end, "", "`?` is removed");
        }
    }
}

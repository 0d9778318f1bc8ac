//! `argument_missing`: a call with an argument too few.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, compile_if_checked};
use crate::site::{Changes, Site, parts};

pub(crate) struct ArgumentMissing;

impl Operator for ArgumentMissing {
    fn name(&self) -> &'static str {
        "argument_missing"
    }

    fn about(&self) -> &'static str {
        "the last argument of a call is removed"
    }

    fn kind(&self, language: Language) -> MutantKind {
        compile_if_checked(language)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["argument_list", "arguments"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let arguments = parts(site.node);
        let Some(last) = arguments.last() else { return };
        // The bases of a class are written like arguments.
        if site.ancestor_kind(0) == "class_definition" || site.own().len() < 3 {
            return;
        }
        let start = match arguments.as_slice() {
            [.., before, _] => before.end_byte(),
            _ => last.start_byte(),
        };
        let own = site.slice(*last);
        if own.len() <= 60 {
            out.push(
                start..last.end_byte(),
                "",
                format!("the argument `{own}` is missing"),
            );
        }
    }
}

//! `await_removed`: something is not waited for.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, compile_if_checked};
use crate::site::{Changes, Site};

pub(crate) struct AwaitRemoved;

impl Operator for AwaitRemoved {
    fn name(&self) -> &'static str {
        "await_removed"
    }

    fn about(&self) -> &'static str {
        "`await x` becomes `x`, `x.await` becomes `x`"
    }

    fn kind(&self, language: Language) -> MutantKind {
        compile_if_checked(language)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["await", "await_expression"]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if !site.node.is_named() {
            return;
        }
        let own = site.own();
        let (start, end) = (site.node.start_byte(), site.node.end_byte());
        if let Some(rest) = own.strip_prefix("await") {
            let length = own.len() - rest.trim_start().len();
            out.push(start..start + length, "", "`await` is removed");
        } else if own.ends_with(".await") {
            out.push(end - ".await".len()..end, "", "`.await` is removed");
        }
    }
}

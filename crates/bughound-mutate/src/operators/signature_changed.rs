//! `signature_changed`: a function that its callers do not know any more.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, compile_if_checked};
use crate::site::{Changes, Site, parts};

pub(crate) struct SignatureChanged;

impl Operator for SignatureChanged {
    fn name(&self) -> &'static str {
        "signature_changed"
    }

    fn about(&self) -> &'static str {
        "the first two parameters of a function change places, and its callers stay as they are"
    }

    fn kind(&self, language: Language) -> MutantKind {
        compile_if_checked(language)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["parameters", "formal_parameters", "parameter_list"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_method = |text: &str| text.contains("self") || text == "cls";
        let parameters: Vec<_> = parts(site.node)
            .into_iter()
            .filter(|parameter| !is_method(site.slice(*parameter)))
            .filter(|parameter| {
                !matches!(
                    parameter.kind(),
                    "keyword_separator" | "positional_separator"
                )
            })
            .collect();
        let [first, second, ..] = parameters.as_slice() else {
            return;
        };
        // Parameters with and without defaults, and those that take the rest, have their places.
        if first.kind() != second.kind()
            || first.kind().contains("splat")
            || first.kind().contains("rest")
        {
            return;
        }
        let (a, b) = (site.slice(*first), site.slice(*second));
        let between = &site.text[first.end_byte()..second.start_byte()];
        out.push(
            first.start_byte()..second.end_byte(),
            format!("{b}{between}{a}"),
            format!("the parameters `{a}` and `{b}` change places"),
        );
    }
}

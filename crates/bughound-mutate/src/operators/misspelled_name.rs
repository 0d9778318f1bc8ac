//! `misspelled_name`: a name that nobody defined.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, is_compiled};
use crate::scope::FUNCTIONS;
use crate::site::{Changes, Site};

pub(crate) struct MisspelledName;

impl Operator for MisspelledName {
    fn name(&self) -> &'static str {
        "misspelled_name"
    }

    fn about(&self) -> &'static str {
        "two letters of a name that is called, imported or inherited from change places"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "identifier",
            "type_identifier",
            "field_identifier",
            "property_identifier",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let around = site.ancestor_kind(0);
        let is_called = matches!(
            (around, site.field),
            ("call" | "call_expression", Some("function"))
                | ("method_invocation", Some("name"))
                | (
                    "field_expression" | "attribute" | "member_expression",
                    Some("field" | "attribute" | "property")
                )
                | ("scoped_identifier" | "scoped_type_identifier", Some("name"))
        );
        let is_used_type = site.kind == "type_identifier" && site.field == Some("type");
        let is_imported =
            around == "dotted_name" || site.is_within(&["use_declaration", "import_specifier"]);
        let is_base = site.language == Language::Python
            && around == "argument_list"
            && site.ancestor_kind(1) == "class_definition";
        if !(is_called || is_used_type || is_imported || is_base) {
            return;
        }
        let Some(to) = misspelled(site.own()) else {
            return;
        };
        // What no compiler checks is noticed when it runs: inside of a function only when that is called.
        let is_late = !is_compiled(site.language) && !is_imported && site.is_within(FUNCTIONS);
        let kind = if is_late {
            MutantKind::Mutation
        } else {
            MutantKind::Compile
        };
        let description = format!("`{}` is misspelled `{to}`", site.own());
        out.push_as(kind, site.node.byte_range(), to, description);
    }
}

/// The name with the last two different neighbours swapped; short names are seldom misspelled.
fn misspelled(name: &str) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let n = letters.len();
    if n < 5 {
        return None;
    }
    let at = (1..n - 1).rev().find(|&at| {
        letters[at] != letters[at + 1]
            && letters[at].is_lowercase()
            && letters[at + 1].is_lowercase()
    })?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

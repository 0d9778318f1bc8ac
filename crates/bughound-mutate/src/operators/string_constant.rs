//! `string_constant`: a string that is misspelled.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct StringConstant;

impl Operator for StringConstant {
    fn name(&self) -> &'static str {
        "string_constant"
    }

    fn about(&self) -> &'static str {
        "a string loses its last character, or gains one where it has no more than one"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "string_content",
            "string_fragment",
            "interpreted_string_literal_content",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_left_out = site.is_within(&[
            "import_statement",
            "import_declaration",
            "import_spec",
            "preproc_include",
            "export_statement",
            "type",
            "type_annotation",
            "template_string",
            "raise_statement",
            "throw_statement",
            "assert_statement",
        ]);
        let own = site.own();
        // Pieces with escapes or holes inside are left alone, and so is prose.
        let has_company = site.ancestor(0).is_some_and(|string| {
            let mut cursor = string.walk();
            string
                .named_children(&mut cursor)
                .any(|child| child.kind() == "interpolation" || child.kind() == "escape_sequence")
        });
        let is_prose = own.len() > 40 || own.contains('\n') || own.matches(' ').count() > 3;
        if is_left_out || has_company || is_prose || own.contains('\\') {
            return;
        }
        let Some(last) = own.chars().next_back() else {
            return;
        };
        let to = if own.len() == last.len_utf8() {
            format!("{own}{own}")
        } else {
            own[..own.len() - last.len_utf8()].to_owned()
        };
        out.replace(site, site.node, &to);
    }
}

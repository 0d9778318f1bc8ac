//! `modifier_removed`: a word that says how something may be used got lost.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct ModifierRemoved;

impl Operator for ModifierRemoved {
    fn name(&self) -> &'static str {
        "modifier_removed"
    }

    fn about(&self) -> &'static str {
        "`mut` or `pub` (Rust), `static` (Java), `export` or `async` (JavaScript, TypeScript) is removed"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "mutable_specifier",
            "visibility_modifier",
            "static",
            "export",
            "async",
        ]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let around = site.ancestor_kind(0);
        let is_modifier = match (site.kind, site.language) {
            ("mutable_specifier" | "visibility_modifier", Language::Rust) => true,
            ("static", Language::Java) => around == "modifiers",
            ("export", _) => {
                around == "export_statement"
                    && !site.ancestor(0).is_some_and(|statement| {
                        statement.child_by_field_name("declaration").is_none()
                    })
            }
            ("async", Language::JavaScript | Language::TypeScript | Language::Tsx) => true,
            _ => false,
        };
        if !is_modifier || !(site.node.is_named() || site.node.child_count() == 0) {
            return;
        }
        let start = site.node.start_byte();
        let rest = &site.text[site.node.end_byte()..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if blank > 0 {
            let own = site.own();
            out.push(
                start..site.node.end_byte() + blank,
                "",
                format!("`{own}` is removed"),
            );
        }
    }
}

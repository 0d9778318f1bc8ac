//! `definition_renamed`: a definition has another name, and its users keep the old one.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::{Operator, compile_if_checked};
use crate::site::{Changes, Site};

pub(crate) struct DefinitionRenamed;

impl Operator for DefinitionRenamed {
    fn name(&self) -> &'static str {
        "definition_renamed"
    }

    fn about(&self) -> &'static str {
        "a function or type gets another name, and its users stay as they are"
    }

    fn kind(&self, language: Language) -> MutantKind {
        compile_if_checked(language)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["identifier", "type_identifier", "property_identifier"]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_defined = site.field == Some("name")
            && matches!(
                site.ancestor_kind(0),
                "function_definition"
                    | "class_definition"
                    | "function_item"
                    | "struct_item"
                    | "enum_item"
                    | "trait_item"
                    | "function_declaration"
                    | "class_declaration"
                    | "method_definition"
                    | "method_declaration"
                    | "type_spec"
            );
        let own = site.own();
        if !is_defined
            || own.starts_with("__")
            || own.len() < 3
            || own == "main"
            || own == "constructor"
        {
            return;
        }
        let to = renamed(own);
        // A class of Python is looked up when its module is loaded.
        let kind = if site.ancestor_kind(0) == "class_definition" {
            MutantKind::Compile
        } else {
            self.kind(site.language)
        };
        out.push_as(
            kind,
            site.node.byte_range(),
            to.clone(),
            format!("`{own}` is renamed `{to}`"),
        );
    }
}

/// As a person would rename it.
fn renamed(name: &str) -> String {
    if name.contains('_') || name.chars().all(char::is_lowercase) {
        format!("{name}_impl")
    } else {
        format!("{name}Impl")
    }
}

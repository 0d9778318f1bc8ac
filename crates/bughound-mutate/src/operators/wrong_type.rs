//! `wrong_type`: another basic type.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::scope::BLOCKS;
use crate::site::{Changes, Site};

pub(crate) struct WrongType;

const DECLARATIONS: &[&str] = &[
    "parameter",
    "field_declaration",
    "formal_parameter",
    "parameter_declaration",
    "required_parameter",
    "property_signature",
    "method_declaration",
    "function_item",
    "function_declaration",
];

/// By language, since one language's `int` is another's `i32`.
fn swap(language: Language, name: &str) -> Option<&'static str> {
    Some(match (language, name) {
        (Language::Rust, "usize") => "u32",
        (Language::Rust, "u8" | "u16" | "u32" | "u64") => "usize",
        (Language::Rust, "i8" | "i16" | "i32" | "i64" | "isize") => "u64",
        (Language::Rust, "bool") => "u8",
        (Language::Rust, "f64") => "f32",
        (Language::Rust, "str") => "String",
        (Language::Rust, "char") => "u8",
        (Language::Go, "int" | "int64" | "uint64" | "float64") => "string",
        (Language::Go, "string") => "int",
        (Language::Go, "bool") => "int",
        (Language::Java, "int") => "boolean",
        (Language::Java, "long") => "int",
        (Language::Java, "boolean") => "int",
        (Language::Java, "double") => "int",
        (Language::Java, "String") => "Integer",
        (Language::TypeScript | Language::Tsx, "number") => "string",
        (Language::TypeScript | Language::Tsx, "string") => "number",
        (Language::TypeScript | Language::Tsx, "boolean") => "string",
        _ => return None,
    })
}

impl Operator for WrongType {
    fn name(&self) -> &'static str {
        "wrong_type"
    }

    fn about(&self) -> &'static str {
        "a basic type of a parameter, a result or a field becomes another (Rust, Go, Java, TypeScript)"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "primitive_type",
            "integral_type",
            "boolean_type",
            "floating_point_type",
            "predefined_type",
            "type_identifier",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let is_declared = (0..3)
            .map(|level| site.ancestor_kind(level))
            .take_while(|kind| !BLOCKS.contains(kind))
            .any(|kind| DECLARATIONS.contains(&kind))
            && !site.is_within(&["type_arguments"]);
        if !is_declared {
            return;
        }
        if let Some(to) = swap(site.language, site.own()) {
            out.replace(site, site.node, to);
        }
    }
}

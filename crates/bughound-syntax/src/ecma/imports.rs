//! `import`, `export … from`, `require` and `import(…)`.

use tree_sitter::Node;

use super::Kind;
use crate::ImportedName;
use crate::builder::NewImport;
use crate::tree::{Grammar, Walk, named_children, start};

/// The module that a string literal names.
fn module<'t, G: Grammar<Kind = Kind>>(
    walk: &Walk<'t, '_, G>,
    source: Node<'_>,
) -> Option<&'t str> {
    let text = walk.text_of(source).trim_matches(['"', '\'', '`']);
    (source.kind() == "string" && !text.is_empty()).then_some(text)
}

/// `import a, { b as c } from "m"`, `import * as a from "m"`, `import a = require("m")`.
pub(super) fn import<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) {
    let mut source = node.child_by_field_name("source");
    let mut names = Vec::new();
    let mut alias = None;
    for clause in named_children(node) {
        match clause.kind() {
            "import_clause" => clause_names(walk, clause, &mut names, &mut alias),
            "import_require_clause" => {
                source = clause.child_by_field_name("source");
                alias = named_children(clause).next().map(|name| walk.text_of(name));
            }
            _ => {}
        }
    }
    if let Some(module) = source.and_then(|source| module(walk, source)) {
        walk.builder.import_at(
            start(node),
            NewImport {
                module,
                names,
                alias,
            },
        );
    }
}

fn clause_names<'t, G: Grammar<Kind = Kind>>(
    walk: &Walk<'t, '_, G>,
    clause: Node<'_>,
    names: &mut Vec<ImportedName>,
    alias: &mut Option<&'t str>,
) {
    for part in named_children(clause) {
        match part.kind() {
            "identifier" => {
                names.push(ImportedName {
                    name: "default".into(),
                    alias: Some(walk.text_of(part).into()),
                });
            }
            "namespace_import" => {
                *alias = named_children(part).next().map(|name| walk.text_of(name));
            }
            "named_imports" => specifiers(walk, part, names),
            _ => {}
        }
    }
}

fn specifiers<G: Grammar<Kind = Kind>>(
    walk: &Walk<'_, '_, G>,
    list: Node<'_>,
    names: &mut Vec<ImportedName>,
) {
    for specifier in named_children(list) {
        let text = |field| {
            specifier
                .child_by_field_name(field)
                .map(|name| walk.text_of(name))
        };
        if let Some(name) = text("name").filter(|name| !name.is_empty()) {
            names.push(ImportedName {
                name: name.into(),
                alias: text("alias").map(Into::into),
            });
        }
    }
}

/// `export { a as b } from "m"`, `export * from "m"`.
pub(super) fn export<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) {
    let Some(source) = node.child_by_field_name("source") else {
        return;
    };
    let Some(module) = module(walk, source) else {
        return;
    };
    let mut names = Vec::new();
    let mut alias = None;
    for part in named_children(node) {
        match part.kind() {
            "export_clause" => specifiers(walk, part, &mut names),
            "namespace_export" => {
                alias = named_children(part).next().map(|name| walk.text_of(name));
            }
            _ => {}
        }
    }
    if names.is_empty() && alias.is_none() {
        names.push(ImportedName {
            name: "*".into(),
            alias: None,
        });
    }
    walk.builder.import_at(
        start(node),
        NewImport {
            module,
            names,
            alias,
        },
    );
}

/// `const a = require("m")`, `const { b, c: d } = require("m")`; whether it is one.
pub(super) fn require<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    declarator: Node<'n>,
    name: Node<'n>,
    value: Node<'n>,
) -> bool {
    let Some(module) = required(walk, value) else {
        return false;
    };
    let mut names = Vec::new();
    let mut alias = None;
    match name.kind() {
        "identifier" => alias = Some(walk.text_of(name)),
        "object_pattern" => {
            for part in named_children(name) {
                let text = |field| {
                    part.child_by_field_name(field)
                        .map(|name| walk.text_of(name))
                };
                let (name, alias) = match part.kind() {
                    "pair_pattern" => (text("key"), text("value")),
                    "object_assignment_pattern" => (text("left"), None),
                    "shorthand_property_identifier_pattern" => (Some(walk.text_of(part)), None),
                    _ => (None, None),
                };
                if let Some(name) = name.filter(|name| !name.is_empty()) {
                    names.push(ImportedName {
                        name: name.into(),
                        alias: alias.map(Into::into),
                    });
                }
            }
        }
        _ => {}
    }
    walk.builder.import_at(
        start(declarator),
        NewImport {
            module,
            names,
            alias,
        },
    );
    true
}

/// The module of `require("m")`.
fn required<'t, G: Grammar<Kind = Kind>>(
    walk: &Walk<'t, '_, G>,
    call: Node<'_>,
) -> Option<&'t str> {
    let function = call.child_by_field_name("function")?;
    if call.kind() != "call_expression" || walk.text_of(function) != "require" {
        return None;
    }
    let arguments = call.child_by_field_name("arguments")?;
    let mut arguments = named_children(arguments);
    let source = arguments.next()?;
    module(walk, source).filter(|_| arguments.next().is_none())
}

/// `require("m")` anywhere and `import("m")`; whether it is one.
pub(super) fn dynamic<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    call: Node<'n>,
    function: Node<'n>,
) -> bool {
    let module = if function.kind() == "import" {
        let arguments = call.child_by_field_name("arguments");
        arguments
            .and_then(|list| named_children(list).next())
            .and_then(|source| module(walk, source))
    } else {
        required(walk, call)
    };
    if let Some(module) = module {
        walk.builder.import_at(
            start(call),
            NewImport {
                module,
                ..NewImport::default()
            },
        );
    }
    module.is_some()
}

//! What C and C++ share: C++'s grammar has all of C's nodes.
//!
//! Out-of-class definitions `A::f` are `A.f`, and `ns.A.f` inside `namespace ns`. Functions without a body at
//! file, namespace or class level are declarations. Function-like macros are macros, other `#define`s are
//! assignments. In `#if` both branches are read.
//!
//! Not extracted: fields and enumerators, local classes' out-of-class parts, lambdas, forward declarations of
//! types, constructors' calls in declarations (`A a(1);`), what macros generate; a function whose name is
//! made by a macro is known by the macro's name (`TEST`).

mod declarator;
mod mask;

use std::borrow::Cow;

use bughound_core::SymbolKind;
use tree_sitter::Node;

use declarator::{function_declarator, owner_and_name, path_of, variable_name};

use crate::builder::NewImport;
use crate::tree::{Enter, Grammar, Head, Walk, children, end, named_children, read_as, start};
use crate::{ByteSpan, DefinitionFlags, ImportedName, Outline};

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Other,
    Comment,
    Include,
    Define,
    DefineFunction,
    Function,
    Declaration,
    Field,
    Class,
    Struct,
    Union,
    Enum,
    Typedef,
    Alias,
    Concept,
    Namespace,
    Template,
    Using,
    Call,
    New,
    Lambda,
    Throw,
    String,
    Parameters,
}

pub(crate) fn kind(name: &str) -> Kind {
    match name {
        "comment" => Kind::Comment,
        "preproc_include" => Kind::Include,
        "preproc_def" => Kind::Define,
        "preproc_function_def" => Kind::DefineFunction,
        "function_definition" | "inline_method_definition" => Kind::Function,
        "declaration" => Kind::Declaration,
        "field_declaration" => Kind::Field,
        "class_specifier" => Kind::Class,
        "struct_specifier" => Kind::Struct,
        "union_specifier" => Kind::Union,
        "enum_specifier" => Kind::Enum,
        "type_definition" => Kind::Typedef,
        "alias_declaration" => Kind::Alias,
        "concept_definition" => Kind::Concept,
        "namespace_definition" => Kind::Namespace,
        "template_declaration" => Kind::Template,
        "using_declaration" => Kind::Using,
        "call_expression" => Kind::Call,
        "new_expression" => Kind::New,
        "lambda_expression" => Kind::Lambda,
        "throw_statement" => Kind::Throw,
        "string_literal" | "raw_string_literal" => Kind::String,
        "parameter_list" => Kind::Parameters,
        _ => Kind::Other,
    }
}

/// Reads a text, and again with some macros blank where there are errors: what has fewer of them counts.
pub(crate) fn read<G: Grammar<Kind = Kind>>(text: &str) -> Outline {
    let parsed = mask::without_comments_in_directives(text).map_or(Cow::Borrowed(text), Cow::Owned);
    let (outline, n_errors) = read_as::<G>(text, &parsed);
    if n_errors > 0
        && let Some(parsed) = mask::without_bare_macros(&parsed)
    {
        let (other, n_other_errors) = read_as::<G>(text, &parsed);
        if n_other_errors < n_errors {
            return other;
        }
    }
    outline
}

pub(crate) fn enter<'t, 'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'t, 'n, G>,
    node: Node<'n>,
    kind: Kind,
) -> Enter {
    match kind {
        Kind::Other | Kind::Template | Kind::Parameters => Enter::Children,
        Kind::Comment => walk.comment(node),
        Kind::Include => {
            include(walk, node);
            Enter::Skip
        }
        Kind::Define => {
            if let Some(name) = node.child_by_field_name("name") {
                let span = without_line_end(walk, node);
                let name = walk.text_of(name);
                if walk.is_outside_functions() {
                    walk.builder.assignment(name, span);
                }
            }
            Enter::Skip
        }
        Kind::DefineFunction => {
            let span = without_line_end(walk, node);
            simple(
                walk,
                node,
                SymbolKind::Macro,
                span,
                node.child_by_field_name("value"),
            )
        }
        Kind::Function => function(walk, node),
        Kind::Declaration | Kind::Field => declaration(walk, node, kind),
        Kind::Class => type_specifier(walk, node, SymbolKind::Class),
        Kind::Struct => type_specifier(walk, node, SymbolKind::Struct),
        Kind::Union => type_specifier(walk, node, SymbolKind::Union),
        Kind::Enum => type_specifier(walk, node, SymbolKind::Enum),
        Kind::Typedef => typedef(walk, node),
        Kind::Alias => {
            let span = wrapped(walk, node);
            simple(
                walk,
                node,
                SymbolKind::TypeAlias,
                span,
                node.child_by_field_name("type"),
            )
        }
        Kind::Concept => {
            let span = wrapped(walk, node);
            simple(walk, node, SymbolKind::Trait, span, None)
        }
        Kind::Namespace => namespace(walk, node),
        Kind::Using => {
            using(walk, node);
            Enter::Skip
        }
        Kind::Call => {
            if let Some(function) = node.child_by_field_name("function") {
                walk.call(function, walk.is_thrown());
            }
            Enter::Children
        }
        Kind::New => {
            if let Some(of) = node.child_by_field_name("type") {
                walk.call(of, walk.is_thrown());
            }
            Enter::Children
        }
        Kind::Lambda => Enter::Anonymous,
        Kind::Throw => Enter::Raise,
        Kind::String => walk.string(node),
    }
}

/// Directives end after their line's end.
fn without_line_end<G: Grammar<Kind = Kind>>(walk: &Walk<'_, '_, G>, node: Node<'_>) -> ByteSpan {
    let text = walk.text_of(node).trim_end();
    walk.builder
        .span(start(node), start(node) + crate::tree::offset(text.len()))
}

fn wrapped<'n, G: Grammar<Kind = Kind>>(walk: &Walk<'_, 'n, G>, node: Node<'n>) -> ByteSpan {
    walk.wrapped(node, |kind, _| kind == Kind::Template)
}

fn simple<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    kind: SymbolKind,
    span: ByteSpan,
    body: Option<Node<'n>>,
) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    let flags = DefinitionFlags::default();
    let (name, name_at) = (walk.text_of(name), start(name));
    define(
        walk,
        Found {
            kind,
            path: name,
            name_at,
            flags,
            span,
            body,
            bases: Vec::new(),
        },
    )
}

/// A definition, its name as written: `A::B::f`.
struct Found<'h, 'n> {
    kind: SymbolKind,
    path: &'h str,
    name_at: u32,
    flags: DefinitionFlags,
    span: ByteSpan,
    body: Option<Node<'n>>,
    bases: Vec<Box<str>>,
}

fn define<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, found: Found<'_, 'n>) -> Enter {
    let (owner, name) = owner_and_name(found.path);
    let mut name_at = found.name_at;
    if owner.is_some() {
        let before_name = found.path.len() - found.path.rsplit("::").next().map_or(0, str::len);
        name_at += crate::tree::offset(before_name);
    }
    walk.define(Head {
        kind: found.kind,
        name: &name,
        name_at,
        owner: owner.as_deref(),
        flags: found.flags,
        span: found.span,
        signature_at: found.span.start,
        body: found.body,
        bases: found.bases,
        decorators: Vec::new(),
    })
}

fn function<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) -> Enter {
    let Some((_, name)) = node
        .child_by_field_name("declarator")
        .and_then(function_declarator)
    else {
        return Enter::Children;
    };
    let path = path_of(walk, name);
    let body = node.child_by_field_name("body");
    let mut flags = modifiers(walk, node);
    if body.is_none() {
        // `= default`, `= delete`.
        flags.set(DefinitionFlags::DECLARATION);
    }
    if path.starts_with("TEST") {
        flags.set(DefinitionFlags::TEST);
    }
    let is_method = walk.is_in_type() || path.contains("::");
    let kind = if is_method {
        SymbolKind::Method
    } else {
        SymbolKind::Function
    };
    let span = wrapped(walk, node);
    define(
        walk,
        Found {
            kind,
            path,
            name_at: start(name),
            flags,
            span,
            body,
            bases: Vec::new(),
        },
    )
}

fn modifiers<G: Grammar<Kind = Kind>>(walk: &Walk<'_, '_, G>, node: Node<'_>) -> DefinitionFlags {
    let mut flags = DefinitionFlags::default();
    for child in named_children(node) {
        match child.kind() {
            "storage_class_specifier" if walk.is_in_type() && walk.text_of(child) == "static" => {
                flags.set(DefinitionFlags::STATIC);
            }
            "pure_virtual_clause" => flags.set(DefinitionFlags::ABSTRACT),
            "compound_statement" => break,
            _ => {}
        }
    }
    flags
}

/// Functions declared without a body, and variables.
fn declaration<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    kind: Kind,
) -> Enter {
    if !walk.is_outside_functions() || walk.parent_kind() == Kind::Parameters {
        return Enter::Children;
    }
    let span = wrapped(walk, node);
    let declarators: Vec<Node<'n>> = node
        .children_by_field_name("declarator", &mut node.walk())
        .collect();
    if let [declarator] = declarators[..]
        && let Some((_, name)) = function_declarator(declarator)
        && declarator.kind() != "init_declarator"
    {
        let mut flags = modifiers(walk, node);
        flags.set(DefinitionFlags::DECLARATION);
        if node.child_by_field_name("default_value").is_some() {
            // `virtual void f() = 0;`
            flags.set(DefinitionFlags::ABSTRACT);
        }
        let is_method = walk.is_in_type();
        let kind = if is_method {
            SymbolKind::Method
        } else {
            SymbolKind::Function
        };
        let path = path_of(walk, name);
        return define(
            walk,
            Found {
                kind,
                path,
                name_at: start(name),
                flags,
                span,
                body: None,
                bases: Vec::new(),
            },
        );
    }
    for declarator in declarators {
        let is_variable = kind == Kind::Declaration;
        if let Some(name) = variable_name(declarator)
            && (is_variable || node.child_by_field_name("default_value").is_some())
        {
            let (owner, name) = owner_and_name(walk.text_of(name));
            let name = owner.map_or(name.clone(), |owner| format!("{owner}.{name}"));
            walk.builder.assignment(&name, span);
        }
    }
    Enter::Children
}

/// A type with a body; without one it is only mentioned.
fn type_specifier<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    kind: SymbolKind,
) -> Enter {
    let Some(body) = node.child_by_field_name("body") else {
        return Enter::Children;
    };
    let parent = walk.ancestor(0);
    let name = node.child_by_field_name("name").or_else(|| match parent {
        // `typedef struct { … } Name;`
        Some((Kind::Typedef, typedef)) => typedef
            .child_by_field_name("declarator")
            .and_then(variable_name),
        _ => None,
    });
    let Some(name) = name else {
        return Enter::Children;
    };
    let mut bases = Vec::new();
    if let Some(clause) = named_children(node).find(|child| child.kind() == "base_class_clause") {
        let types = named_children(clause).filter(|child| {
            matches!(
                child.kind(),
                "type_identifier" | "qualified_identifier" | "template_type"
            )
        });
        bases.extend(types.filter_map(|of| walk.name_of(of)).map(Into::into));
    }
    let is_wrapper = |kind, _| matches!(kind, Kind::Template | Kind::Typedef);
    let mut span = walk.wrapped(node, is_wrapper);
    if span.end == end(node) && walk.slice(span.end, span.end + 1) == ";" {
        span.end += 1;
    }
    let (path, name_at) = (walk.text_of(name), start(name));
    define(
        walk,
        Found {
            kind,
            path,
            name_at,
            flags: DefinitionFlags::default(),
            span,
            body: Some(body),
            bases,
        },
    )
}

/// `typedef` names other types; where it names the struct in it, that is the definition.
fn typedef<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) -> Enter {
    let Some(name) = node
        .child_by_field_name("declarator")
        .and_then(variable_name)
    else {
        return Enter::Children;
    };
    let (text, at) = (walk.text_of(name), start(name));
    let of = node.child_by_field_name("type");
    if let Some(of) = of
        && of.child_by_field_name("body").is_some()
        && of
            .child_by_field_name("name")
            .is_none_or(|tag| walk.text_of(tag) == text)
    {
        return Enter::Children;
    }
    let (path, flags) = (text, DefinitionFlags::default());
    let span = ByteSpan {
        start: start(node),
        end: end(node),
    };
    let kind = SymbolKind::TypeAlias;
    let has_struct = of.is_some_and(|of| of.child_by_field_name("body").is_some());
    let entered = define(
        walk,
        Found {
            kind,
            path,
            name_at: at,
            flags,
            span,
            body: None,
            bases: Vec::new(),
        },
    );
    if has_struct && entered == Enter::Scope {
        // The struct has a name of its own and is no part of the alias.
        walk.builder.close();
        return Enter::Children;
    }
    entered
}

fn namespace<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) -> Enter {
    simple(
        walk,
        node,
        SymbolKind::Namespace,
        ByteSpan {
            start: start(node),
            end: end(node),
        },
        node.child_by_field_name("body"),
    )
}

fn include<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) {
    if let Some(path) = node.child_by_field_name("path") {
        let module = walk.text_of(path).trim_matches(['"', '<', '>']).trim();
        if !module.is_empty() {
            walk.builder.import_at(
                start(node),
                NewImport {
                    module,
                    ..NewImport::default()
                },
            );
        }
    }
}

/// `using a::b;` brings in `b` from `a`, `using namespace a;` brings in all.
fn using<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) {
    let is_namespace = children(node).any(|child| child.kind() == "namespace");
    let Some(of) = named_children(node).next() else {
        return;
    };
    let path: String = walk.text_of(of).split_whitespace().collect();
    let (module, name) = match path.rsplit_once("::") {
        _ if is_namespace => (path.as_str(), "*"),
        Some((module, name)) => (module, name),
        None => ("", path.as_str()),
    };
    if !name.is_empty() {
        let names = vec![ImportedName {
            name: name.into(),
            alias: None,
        }];
        walk.builder.import_at(
            start(node),
            NewImport {
                module,
                names,
                alias: None,
            },
        );
    }
}

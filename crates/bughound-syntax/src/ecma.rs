//! What JavaScript and TypeScript share.
//!
//! A function without a name of its own is known by what it is assigned to: `const f = () => …`, a class
//! field, a property of an object (`api.get` of `const api = { get() {} }`), `exports.f = …` (`f`),
//! `A.prototype.f = …` and `A.f = …` (`A.f`), `export default …` (`default`). `memo(…)`, `forwardRef(…)` and
//! `useCallback(…)` around a function are seen through. A JSX element of a component counts as its call; texts
//! between tags count as strings.
//!
//! Not extracted: other functions without a name (callbacks, tests' `it("…", () => …)`: what stands in them
//! belongs to what lies around), property signatures and call signatures of interfaces, enum members, fields
//! that constructors assign, calls of what is computed (`handlers[k]()`), regular expressions.

mod imports;
mod naming;

use bughound_core::SymbolKind;
use tree_sitter::Node;

use crate::tree::{Enter, Grammar, Head, Walk, children, end, named_children, offset, start};
use crate::{ByteSpan, DefinitionFlags};

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Other,
    Comment,
    Decorator,
    /// A function, generator or signature with a name of its own.
    Function,
    FunctionSignature,
    /// A function expression, which may have a name, or an arrow function.
    FunctionExpression,
    Method,
    MethodSignature,
    Class,
    ClassExpression,
    Interface,
    Enum,
    TypeAlias,
    Namespace,
    Ambient,
    Declaration,
    Declarator,
    Field,
    Pair,
    Object,
    Assignment,
    ExpressionStatement,
    Arguments,
    Parenthesized,
    Export,
    Import,
    Call,
    New,
    Element,
    ElementText,
    Throw,
    String,
    Template,
    Hole,
}

pub(crate) fn kind(name: &str) -> Kind {
    match name {
        "comment" | "html_comment" => Kind::Comment,
        "decorator" => Kind::Decorator,
        "function_declaration" | "generator_function_declaration" => Kind::Function,
        "function_signature" => Kind::FunctionSignature,
        "function_expression" | "generator_function" | "arrow_function" => Kind::FunctionExpression,
        "method_definition" => Kind::Method,
        "method_signature" | "abstract_method_signature" => Kind::MethodSignature,
        "class_declaration" | "abstract_class_declaration" => Kind::Class,
        "class" => Kind::ClassExpression,
        "interface_declaration" => Kind::Interface,
        "enum_declaration" => Kind::Enum,
        "type_alias_declaration" => Kind::TypeAlias,
        "internal_module" | "module" => Kind::Namespace,
        "ambient_declaration" => Kind::Ambient,
        "lexical_declaration" | "variable_declaration" => Kind::Declaration,
        "variable_declarator" => Kind::Declarator,
        "field_definition" | "public_field_definition" => Kind::Field,
        "pair" => Kind::Pair,
        "object" => Kind::Object,
        "assignment_expression" => Kind::Assignment,
        "expression_statement" => Kind::ExpressionStatement,
        "arguments" => Kind::Arguments,
        "parenthesized_expression" => Kind::Parenthesized,
        "export_statement" => Kind::Export,
        "import_statement" => Kind::Import,
        "call_expression" => Kind::Call,
        "new_expression" => Kind::New,
        "jsx_opening_element" | "jsx_self_closing_element" => Kind::Element,
        "jsx_text" => Kind::ElementText,
        "throw_statement" => Kind::Throw,
        "string" => Kind::String,
        "template_string" => Kind::Template,
        "template_substitution" => Kind::Hole,
        _ => Kind::Other,
    }
}

pub(crate) fn enter<'t, 'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'t, 'n, G>,
    node: Node<'n>,
    kind: Kind,
) -> Enter {
    match kind {
        Kind::Other
        | Kind::Ambient
        | Kind::Declaration
        | Kind::Pair
        | Kind::Object
        | Kind::Assignment
        | Kind::ExpressionStatement
        | Kind::Arguments
        | Kind::Parenthesized => Enter::Children,
        Kind::Comment => walk.comment(node),
        Kind::Decorator => {
            // In class bodies of TypeScript, decorators are elder siblings of what they decorate.
            if walk.parent_kind() == Kind::Other {
                let name = decorator_name(walk, node);
                walk.attribute(node, name);
            }
            Enter::Children
        }
        Kind::Function => own_name(walk, node, SymbolKind::Function, DefinitionFlags::default()),
        Kind::FunctionSignature => own_name(
            walk,
            node,
            SymbolKind::Function,
            DefinitionFlags::DECLARATION,
        ),
        Kind::FunctionExpression => {
            let entered = naming::expression(walk, node, SymbolKind::Function);
            if entered == Enter::Children {
                Enter::Anonymous
            } else {
                entered
            }
        }
        Kind::Method => method(walk, node, DefinitionFlags::default()),
        Kind::MethodSignature => method(walk, node, DefinitionFlags::DECLARATION),
        Kind::Class => own_name(walk, node, SymbolKind::Class, DefinitionFlags::default()),
        Kind::ClassExpression => naming::expression(walk, node, SymbolKind::Class),
        Kind::Interface => own_name(
            walk,
            node,
            SymbolKind::Interface,
            DefinitionFlags::default(),
        ),
        Kind::Enum => own_name(walk, node, SymbolKind::Enum, DefinitionFlags::default()),
        Kind::TypeAlias => own_name(
            walk,
            node,
            SymbolKind::TypeAlias,
            DefinitionFlags::default(),
        ),
        Kind::Namespace => own_name(
            walk,
            node,
            SymbolKind::Namespace,
            DefinitionFlags::default(),
        ),
        Kind::Declarator => declarator(walk, node),
        Kind::Field => {
            field(walk, node);
            Enter::Children
        }
        Kind::Export => {
            imports::export(walk, node);
            Enter::Children
        }
        Kind::Import => {
            imports::import(walk, node);
            Enter::Skip
        }
        Kind::Call => call(walk, node),
        Kind::New => {
            if let Some(constructor) = node.child_by_field_name("constructor") {
                walk.call(constructor, walk.is_thrown());
            }
            Enter::Children
        }
        Kind::Element => {
            // Lower-case elements are the browser's.
            if let Some(name) = node.child_by_field_name("name")
                && walk
                    .text_of(name)
                    .starts_with(|c: char| !c.is_ascii_lowercase())
            {
                walk.call(name, false);
            }
            Enter::Children
        }
        Kind::ElementText => {
            let text = walk.text_of(node);
            let from = start(node) + offset(text.len() - text.trim_start().len());
            let span = walk.builder.span(from, from + offset(text.trim().len()));
            walk.builder.string(span, false);
            Enter::Skip
        }
        Kind::Throw => Enter::Raise,
        Kind::String => {
            let exports = walk.ancestor(0).filter(|(kind, _)| *kind == Kind::Export);
            if exports.is_some() {
                Enter::Skip
            } else {
                walk.string(node)
            }
        }
        Kind::Template => Enter::Template(1),
        Kind::Hole => Enter::Hole,
    }
}

fn decorator_name<'t, G: Grammar<Kind = Kind>>(
    walk: &Walk<'t, '_, G>,
    decorator: Node<'_>,
) -> Option<&'t str> {
    let mut expression = named_children(decorator).next()?;
    while expression.kind() == "call_expression" {
        expression = expression.child_by_field_name("function")?;
    }
    walk.name_of(expression)
}

/// The name of a property: quotes left out, computed ones as written.
fn property_name<'t, G: Grammar<Kind = Kind>>(walk: &Walk<'t, '_, G>, name: Node<'_>) -> &'t str {
    walk.text_of(name).trim_matches(['"', '\''])
}

fn own_name<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    kind: SymbolKind,
    flags: DefinitionFlags,
) -> Enter {
    let span = wrapped(walk, node);
    match node.child_by_field_name("name") {
        Some(name) => {
            let text = property_name(walk, name);
            // `namespace a.b {}`
            let (owner, text) = match text.rsplit_once('.') {
                Some((owner, last)) if name.kind() == "nested_identifier" => (Some(owner), last),
                _ => (None, text),
            };
            define(
                walk,
                node,
                Found {
                    kind,
                    name: text,
                    name_at: start(name),
                    owner,
                    flags,
                    span,
                },
            )
        }
        // `export default function () {}`
        None if walk.parent_kind() == Kind::Export => {
            let at = start(node);
            define(
                walk,
                node,
                Found {
                    kind,
                    name: "default",
                    name_at: at,
                    owner: None,
                    flags,
                    span,
                },
            )
        }
        None => Enter::Children,
    }
}

/// The span of a declaration with what exports it.
fn wrapped<'n, G: Grammar<Kind = Kind>>(walk: &Walk<'_, 'n, G>, node: Node<'n>) -> ByteSpan {
    walk.wrapped(node, |kind, _| matches!(kind, Kind::Export | Kind::Ambient))
}

#[derive(Clone, Copy)]
struct Found<'h> {
    kind: SymbolKind,
    name: &'h str,
    name_at: u32,
    owner: Option<&'h str>,
    flags: DefinitionFlags,
    span: ByteSpan,
}

fn define<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    found: Found<'_>,
) -> Enter {
    let mut flags = found.flags;
    let mut bases = Vec::new();
    let mut decorators: Vec<Box<str>> = Vec::new();
    let mut signature_at = found.span.start;
    let body_field = if found.kind == SymbolKind::TypeAlias {
        "value"
    } else {
        "body"
    };
    let body = node.child_by_field_name(body_field);
    let decorated = walk
        .ancestor(0)
        .filter(|(kind, _)| matches!(kind, Kind::Export | Kind::Field));
    for parent in decorated
        .map(|(_, export)| export)
        .into_iter()
        .chain([node])
    {
        for child in children(parent).take_while(|child| Some(*child) != body) {
            match child.kind() {
                "decorator" => {
                    decorators.extend(decorator_name(walk, child).map(Into::into));
                    signature_at = signature_at.max(end(child));
                }
                "async" => flags.set(DefinitionFlags::ASYNC),
                "static" => flags.set(DefinitionFlags::STATIC),
                "get" => flags.set(DefinitionFlags::GETTER),
                "set" => flags.set(DefinitionFlags::SETTER),
                "abstract" => flags.set(DefinitionFlags::ABSTRACT),
                "class_heritage" | "extends_type_clause" => heritage(walk, child, &mut bases),
                _ => {}
            }
        }
    }
    let blank = walk.slice(signature_at, found.span.end);
    signature_at += offset(blank.len() - blank.trim_start().len());
    walk.define(Head {
        kind: found.kind,
        name: found.name,
        name_at: found.name_at,
        owner: found.owner,
        flags,
        span: found.span,
        signature_at,
        body,
        bases,
        decorators,
    })
}

/// `A` of `extends A`, `I` and `J` of `implements I<T>, J`; `mixin` of `extends mixin(A, B)`.
fn heritage<G: Grammar<Kind = Kind>>(
    walk: &Walk<'_, '_, G>,
    clause: Node<'_>,
    bases: &mut Vec<Box<str>>,
) {
    for child in named_children(clause) {
        match child.kind() {
            "extends_clause" | "implements_clause" => heritage(walk, child, bases),
            "type_arguments" => {}
            "call_expression" => {
                let function = child.child_by_field_name("function");
                bases.extend(
                    function
                        .and_then(|function| walk.name_of(function))
                        .map(Into::into),
                );
            }
            _ => bases.extend(walk.name_of(child).map(Into::into)),
        }
    }
}

fn method<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    mut flags: DefinitionFlags,
) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    if node.kind() == "abstract_method_signature" {
        flags.set(DefinitionFlags::ABSTRACT);
    }
    let owner = if walk.parent_kind() == Kind::Object {
        naming::object_name(walk, 0)
    } else {
        None
    };
    let text = property_name(walk, name);
    let span = ByteSpan {
        start: start(node),
        end: end(node),
    };
    let kind = SymbolKind::Method;
    define(
        walk,
        node,
        Found {
            kind,
            name: text,
            name_at: start(name),
            owner: owner.as_deref(),
            flags,
            span,
        },
    )
}

/// Variables that hold no function, and what `require` brings in.
fn declarator<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    let value = node.child_by_field_name("value");
    if let Some(value) = value
        && imports::require(walk, node, name, value)
    {
        return Enter::Skip;
    }
    if !walk.is_outside_functions() || value.is_some_and(|value| is_definition(value)) {
        return Enter::Children;
    }
    let span = walk.wrapped(node, |kind, node| match kind {
        Kind::Declaration => node.named_child_count() == 1,
        Kind::Export | Kind::Ambient => true,
        _ => false,
    });
    let mut todo = vec![name];
    while let Some(pattern) = todo.pop() {
        match pattern.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => {
                walk.builder.assignment(walk.text_of(pattern), span);
            }
            "pair_pattern" => todo.extend(pattern.child_by_field_name("value")),
            "assignment_pattern" | "object_assignment_pattern" => {
                todo.extend(pattern.child_by_field_name("left"));
            }
            "object_pattern" | "array_pattern" | "rest_pattern" => {
                let inner: Vec<Node<'_>> = named_children(pattern).collect();
                todo.extend(inner.into_iter().rev());
            }
            _ => {}
        }
    }
    Enter::Children
}

fn is_definition(value: Node<'_>) -> bool {
    matches!(
        kind(value.kind()),
        Kind::FunctionExpression | Kind::ClassExpression
    )
}

fn field<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) {
    let name = node
        .child_by_field_name("name")
        .or_else(|| node.child_by_field_name("property"));
    let value = node.child_by_field_name("value");
    if let Some(name) = name
        && !value.is_some_and(is_definition)
    {
        let span = walk.builder.span(start(node), end(node));
        walk.builder.assignment(property_name(walk, name), span);
    }
}

fn call<'n, G: Grammar<Kind = Kind>>(walk: &mut Walk<'_, 'n, G>, node: Node<'n>) -> Enter {
    let Some(function) = node.child_by_field_name("function") else {
        return Enter::Children;
    };
    if imports::dynamic(walk, node, function) {
        return Enter::Skip;
    }
    walk.call(function, walk.is_thrown());
    Enter::Children
}

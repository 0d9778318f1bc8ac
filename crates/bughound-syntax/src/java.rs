//! Java, through tree-sitter.
//!
//! Not extracted: lambdas, initializer blocks, parameters of records as fields, method references as calls,
//! the name of the package, modules. Methods of anonymous classes belong to the method around them.

use std::sync::OnceLock;

use bughound_core::SymbolKind;
use tree_sitter::Node;

use crate::builder::NewImport;
use crate::tree::{Enter, Grammar, Head, Table, Walk, children, end, named_children, read, start};
use crate::{ByteSpan, DefinitionFlags, FrontEnd, ImportedName, Outline};

/// The front end for Java.
pub(crate) struct Java;

impl FrontEnd for Java {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::Java
    }

    fn read(&self, text: &str) -> Outline {
        read::<Self>(text)
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Other,
    Comment,
    Package,
    Import,
    Class,
    Interface,
    Enum,
    Record,
    Method,
    Field,
    EnumConstant,
    Lambda,
    Call,
    New,
    ConstructorCall,
    Throw,
    String,
}

impl Grammar for Java {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<Java>> = OnceLock::new();
        TABLE.get_or_init(|| {
            Table::new(tree_sitter_java::LANGUAGE.into(), |name| match name {
                "line_comment" | "block_comment" => Kind::Comment,
                "package_declaration" => Kind::Package,
                "import_declaration" => Kind::Import,
                "class_declaration" => Kind::Class,
                "interface_declaration" | "annotation_type_declaration" => Kind::Interface,
                "enum_declaration" => Kind::Enum,
                "record_declaration" => Kind::Record,
                "method_declaration"
                | "constructor_declaration"
                | "compact_constructor_declaration"
                | "annotation_type_element_declaration" => Kind::Method,
                "field_declaration" | "constant_declaration" => Kind::Field,
                "enum_constant" => Kind::EnumConstant,
                "lambda_expression" => Kind::Lambda,
                "method_invocation" => Kind::Call,
                "object_creation_expression" => Kind::New,
                "explicit_constructor_invocation" => Kind::ConstructorCall,
                "throw_statement" => Kind::Throw,
                "string_literal" => Kind::String,
                _ => Kind::Other,
            })
        })
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        match kind {
            Kind::Other => Enter::Children,
            Kind::Comment => walk.comment(node),
            Kind::Package => {
                if let Some(doc) = walk.take_doc(start(node)) {
                    walk.builder.module_docstring(doc);
                }
                Enter::Skip
            }
            Kind::Import => {
                import(walk, node);
                Enter::Skip
            }
            Kind::Class => definition(walk, node, SymbolKind::Class),
            Kind::Interface => definition(walk, node, SymbolKind::Interface),
            Kind::Enum => definition(walk, node, SymbolKind::Enum),
            Kind::Record => definition(walk, node, SymbolKind::Struct),
            Kind::Method => definition(walk, node, SymbolKind::Method),
            Kind::Field => {
                fields(walk, node);
                Enter::Children
            }
            Kind::EnumConstant => {
                if let Some(name) = node.child_by_field_name("name") {
                    let span = walk.builder.span(start(node), end(node));
                    walk.builder.assignment(walk.text_of(name), span);
                }
                Enter::Children
            }
            Kind::Lambda => Enter::Anonymous,
            Kind::Call => {
                if let Some(name) = node.child_by_field_name("name") {
                    // From the object on; `a.<T>b()` names `b` alone.
                    let callee = crate::tree::chain(walk.builder.text(), start(node), end(name));
                    if let Some((callee, name_at)) = callee {
                        walk.builder.call(callee, name_at, walk.is_thrown());
                    }
                }
                Enter::Children
            }
            Kind::New => {
                if let Some(of) = node.child_by_field_name("type") {
                    walk.call(of, walk.is_thrown());
                }
                Enter::Children
            }
            Kind::ConstructorCall => {
                if let Some(constructor) = node.child_by_field_name("constructor") {
                    walk.call(constructor, false);
                }
                Enter::Children
            }
            Kind::Throw => Enter::Raise,
            Kind::String => walk.string(node),
        }
    }
}

type JavaWalk<'t, 'n> = Walk<'t, 'n, Java>;

fn definition<'n>(walk: &mut JavaWalk<'_, 'n>, node: Node<'n>, kind: SymbolKind) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    let body = node.child_by_field_name("body");
    let mut flags = DefinitionFlags::default();
    let mut bases = Vec::new();
    let mut decorators: Vec<Box<str>> = Vec::new();
    let mut signature_at = start(node);
    for child in children(node).take_while(|child| child.start_byte() < name.start_byte()) {
        if child.kind() != "modifiers" {
            continue;
        }
        for modifier in children(child) {
            match modifier.kind() {
                "annotation" | "marker_annotation" => {
                    let name = modifier
                        .child_by_field_name("name")
                        .map(|name| walk.text_of(name));
                    decorators.extend(name.map(Into::into));
                    signature_at = end(modifier);
                }
                "static" => flags.set(DefinitionFlags::STATIC),
                "abstract" => flags.set(DefinitionFlags::ABSTRACT),
                _ => {}
            }
        }
    }
    for child in named_children(node) {
        if matches!(
            child.kind(),
            "superclass" | "super_interfaces" | "extends_interfaces"
        ) {
            let types = named_children(child).flat_map(|of| {
                let is_list = of.kind() == "type_list";
                let (list, single) = if is_list {
                    (Some(of), None)
                } else {
                    (None, Some(of))
                };
                list.into_iter().flat_map(named_children).chain(single)
            });
            bases.extend(types.filter_map(|of| walk.name_of(of)).map(Into::into));
        }
    }
    if kind == SymbolKind::Method {
        if body.is_none() {
            flags.set(DefinitionFlags::DECLARATION);
        }
        if decorators.iter().any(|name| name.ends_with("Test")) {
            flags.set(DefinitionFlags::TEST);
        }
    }
    let blank = walk.slice(signature_at, start(name));
    signature_at += crate::tree::offset(blank.len() - blank.trim_start().len());
    walk.define(Head {
        kind,
        name: walk.text_of(name),
        name_at: start(name),
        owner: None,
        flags,
        span: ByteSpan {
            start: start(node),
            end: end(node),
        },
        signature_at,
        body,
        bases,
        decorators,
    })
}

fn fields<'n>(walk: &mut JavaWalk<'_, 'n>, node: Node<'n>) {
    let span = walk.builder.span(start(node), end(node));
    for declarator in named_children(node).filter(|child| child.kind() == "variable_declarator") {
        if let Some(name) = declarator.child_by_field_name("name") {
            walk.builder.assignment(walk.text_of(name), span);
        }
    }
}

/// `import a.b.C;` brings in `C` from `a.b`, `import static a.B.c;` brings in `c` from `a.B`.
fn import<'n>(walk: &mut JavaWalk<'_, 'n>, node: Node<'n>) {
    let mut path = "";
    let mut is_wildcard = false;
    for child in named_children(node) {
        match child.kind() {
            "identifier" | "scoped_identifier" => path = walk.text_of(child),
            "asterisk" => is_wildcard = true,
            _ => {}
        }
    }
    let (module, name) = if is_wildcard {
        (path, "*")
    } else {
        path.rsplit_once('.').unwrap_or(("", path))
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

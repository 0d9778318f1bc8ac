//! Go, through tree-sitter.
//!
//! Methods are `Type.Method` after their receiver; their parent is the file. `panic(…)` counts as raising.
//!
//! Not extracted: struct fields, local types' methods (there are none), function literals (one that is
//! assigned is an assignment), methods that embedding brings in, the name of the package.

use std::sync::OnceLock;

use bughound_core::SymbolKind;
use tree_sitter::Node;

use crate::builder::NewImport;
use crate::tree::{Enter, Grammar, Head, Table, Walk, end, named_children, read, start};
use crate::{ByteSpan, DefinitionFlags, FrontEnd, ImportedName, Outline};

/// The front end for Go.
pub(crate) struct Go;

impl FrontEnd for Go {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::Go
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
    Function,
    Method,
    InterfaceMethod,
    TypeDeclaration,
    Type,
    Variable,
    FunctionLiteral,
    Tag,
    Call,
    String,
}

impl Grammar for Go {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<Go>> = OnceLock::new();
        TABLE.get_or_init(|| {
            Table::new(tree_sitter_go::LANGUAGE.into(), |name| match name {
                "comment" => Kind::Comment,
                "package_clause" => Kind::Package,
                "import_spec" => Kind::Import,
                "function_declaration" => Kind::Function,
                "method_declaration" => Kind::Method,
                "method_elem" => Kind::InterfaceMethod,
                "type_declaration" => Kind::TypeDeclaration,
                "type_spec" | "type_alias" => Kind::Type,
                "var_spec" | "const_spec" => Kind::Variable,
                "func_literal" => Kind::FunctionLiteral,
                "field_declaration" => Kind::Tag,
                "call_expression" => Kind::Call,
                "interpreted_string_literal" | "raw_string_literal" => Kind::String,
                _ => Kind::Other,
            })
        })
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        match kind {
            Kind::Other | Kind::TypeDeclaration => Enter::Children,
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
            Kind::Function => function(walk, node, None),
            Kind::Method => {
                let receiver = node
                    .child_by_field_name("receiver")
                    .and_then(|list| receiver(walk, list));
                function(walk, node, receiver)
            }
            Kind::InterfaceMethod => {
                let declaration = DefinitionFlags::DECLARATION;
                let (kind, span) = (
                    SymbolKind::Method,
                    ByteSpan {
                        start: start(node),
                        end: end(node),
                    },
                );
                definition(
                    walk,
                    node,
                    Definition {
                        kind,
                        span,
                        flags: declaration,
                        ..Definition::default()
                    },
                )
            }
            Kind::Type => type_spec(walk, node),
            Kind::Variable => {
                variable(walk, node);
                Enter::Children
            }
            Kind::FunctionLiteral => Enter::Anonymous,
            // Tags of fields are strings for `reflect`, not for people.
            Kind::Tag => Enter::Children,
            Kind::Call => call(walk, node),
            Kind::String if walk.parent_kind() == Kind::Tag => Enter::Skip,
            Kind::String => walk.string(node),
        }
    }
}

type GoWalk<'t, 'n> = Walk<'t, 'n, Go>;

/// What differs between Go's definitions.
struct Definition<'h, 'n> {
    kind: SymbolKind,
    span: ByteSpan,
    owner: Option<&'h str>,
    flags: DefinitionFlags,
    body: Option<Node<'n>>,
    bases: Vec<Box<str>>,
}

impl Default for Definition<'_, '_> {
    fn default() -> Self {
        Self {
            kind: SymbolKind::Function,
            span: ByteSpan::default(),
            owner: None,
            flags: DefinitionFlags::default(),
            body: None,
            bases: Vec::new(),
        }
    }
}

fn definition<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>, new: Definition<'_, 'n>) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    walk.define(Head {
        kind: new.kind,
        name: walk.text_of(name),
        name_at: start(name),
        owner: new.owner,
        flags: new.flags,
        span: new.span,
        signature_at: new.span.start,
        body: new.body,
        bases: new.bases,
        decorators: Vec::new(),
    })
}

fn function<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>, receiver: Option<&str>) -> Enter {
    let name = node
        .child_by_field_name("name")
        .map_or("", |name| walk.text_of(name));
    let body = node.child_by_field_name("body");
    let mut flags = DefinitionFlags::default();
    if body.is_none() {
        // Written in assembly.
        flags.set(DefinitionFlags::DECLARATION);
    }
    let is_test = |prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest: &str| !rest.starts_with(char::is_lowercase))
    };
    if receiver.is_none()
        && ["Test", "Benchmark", "Fuzz", "Example"]
            .into_iter()
            .any(is_test)
    {
        flags.set(DefinitionFlags::TEST);
    }
    let is_method = node.child_by_field_name("receiver").is_some();
    let kind = if is_method {
        SymbolKind::Method
    } else {
        SymbolKind::Function
    };
    let span = ByteSpan {
        start: start(node),
        end: end(node),
    };
    definition(
        walk,
        node,
        Definition {
            kind,
            span,
            owner: receiver,
            flags,
            body,
            ..Definition::default()
        },
    )
}

/// `T` of `(t *T[K])`.
fn receiver<'t>(walk: &GoWalk<'t, '_>, list: Node<'_>) -> Option<&'t str> {
    let parameter = named_children(list).find(|child| child.kind() == "parameter_declaration")?;
    type_name(walk, parameter.child_by_field_name("type")?)
}

/// `a.T` of `*a.T[K]`.
fn type_name<'t>(walk: &GoWalk<'t, '_>, node: Node<'_>) -> Option<&'t str> {
    let mut node = node;
    loop {
        node = match node.kind() {
            "pointer_type" | "parenthesized_type" | "type_elem" => named_children(node).next()?,
            "generic_type" => node.child_by_field_name("type")?,
            "type_identifier" | "qualified_type" => {
                return Some(walk.text_of(node)).filter(|name| !name.is_empty());
            }
            _ => return None,
        };
    }
}

fn type_spec<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>) -> Enter {
    let body = node.child_by_field_name("type");
    let (kind, bases) = match body {
        Some(body) if body.kind() == "struct_type" => {
            let fields =
                named_children(body).find(|child| child.kind() == "field_declaration_list");
            let embedded = fields.into_iter().flat_map(named_children).filter(|field| {
                field.kind() == "field_declaration" && field.child_by_field_name("name").is_none()
            });
            let types = embedded.filter_map(|field| field.child_by_field_name("type"));
            (
                SymbolKind::Struct,
                types
                    .filter_map(|of| type_name(walk, of))
                    .map(Into::into)
                    .collect(),
            )
        }
        Some(body) if body.kind() == "interface_type" => {
            let embedded = named_children(body).filter(|child| child.kind() == "type_elem");
            // `~int | ~string` is a constraint, not something that is embedded.
            let single = embedded.filter(|elem| elem.named_child_count() == 1);
            (
                SymbolKind::Interface,
                single
                    .filter_map(|elem| type_name(walk, elem))
                    .map(Into::into)
                    .collect(),
            )
        }
        _ => (SymbolKind::TypeAlias, Vec::new()),
    };
    let span = walk.wrapped(node, |kind, node| {
        kind == Kind::TypeDeclaration && node.named_child_count() == 1
    });
    definition(
        walk,
        node,
        Definition {
            kind,
            span,
            body,
            bases,
            ..Definition::default()
        },
    )
}

fn variable<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>) {
    if !walk.is_outside_functions() {
        return;
    }
    let span = walk.builder.span(start(node), end(node));
    for name in named_children(node).take_while(|child| child.kind() == "identifier") {
        let name = walk.text_of(name);
        if name != "_" {
            walk.builder.assignment(name, span);
        }
    }
}

fn import<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>) {
    let Some(path) = node.child_by_field_name("path") else {
        return;
    };
    let module = walk.text_of(path).trim_matches(['"', '`']);
    let name = node
        .child_by_field_name("name")
        .map(|name| walk.text_of(name));
    let (alias, names) = match name {
        Some(".") => (
            None,
            vec![ImportedName {
                name: "*".into(),
                alias: None,
            }],
        ),
        alias => (alias, Vec::new()),
    };
    if !module.is_empty() {
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

fn call<'n>(walk: &mut GoWalk<'_, 'n>, node: Node<'n>) -> Enter {
    let Some(function) = node.child_by_field_name("function") else {
        return Enter::Children;
    };
    let raises = walk.text_of(function) == "panic";
    walk.call(function, raises);
    if raises {
        Enter::Raise
    } else {
        Enter::Children
    }
}

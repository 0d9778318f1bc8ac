//! Rust, through tree-sitter.
//!
//! `impl` blocks are definitions of kind `Impl` named as their type, with the trait as base, so that methods
//! are `Type.method`. Inside macro calls there is no syntax, only tokens: names before parentheses count as
//! calls there. The panicking macros, `bail!` and `ensure!` count as raising.
//!
//! Not extracted: enum variants and fields, associated types and constants of traits as definitions
//! (constants are assignments), closures, what macros generate, items inside macro calls, doctests.

use std::sync::OnceLock;

use bughound_core::SymbolKind;
use tree_sitter::Node;

use crate::builder::NewImport;
use crate::tree::{
    Enter, Grammar, Head, Table, Walk, children, end, named_children, offset, read, start,
};
use crate::{ByteSpan, DefinitionFlags, FrontEnd, ImportedName, Outline};

/// The front end for Rust.
pub(crate) struct Rust;

impl FrontEnd for Rust {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::Rust
    }

    fn read(&self, text: &str) -> Outline {
        let mut outline = read::<Self>(text);
        outline.docstring = module_docstring(&outline, text);
        outline
    }
}

/// The `//!` comments that begin the file.
fn module_docstring(outline: &Outline, text: &str) -> Option<ByteSpan> {
    let is_inner = |comment: &&ByteSpan| {
        let text = comment.text(text);
        text.starts_with("//!") || text.starts_with("/*!")
    };
    let first = outline.comments.iter().find(is_inner)?;
    let leads = outline
        .definitions
        .first()
        .is_none_or(|definition| first.end <= definition.span.start);
    let mut span = *first;
    for comment in outline.comments.iter().filter(is_inner) {
        let between = text
            .get(span.end as usize..comment.start as usize)
            .unwrap_or("x");
        if between.trim().is_empty() {
            span.end = comment.end;
        }
    }
    leads.then_some(span)
}

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Other,
    Comment,
    Attribute,
    Function,
    FunctionSignature,
    Struct,
    Enum,
    Union,
    Trait,
    Impl,
    TypeAlias,
    Module,
    Macro,
    Constant,
    Use,
    ExternCrate,
    Call,
    MacroCall,
    TokenTree,
    String,
}

impl Grammar for Rust {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<Rust>> = OnceLock::new();
        TABLE.get_or_init(|| {
            Table::new(tree_sitter_rust::LANGUAGE.into(), |name| match name {
                "line_comment" | "block_comment" => Kind::Comment,
                "attribute_item" => Kind::Attribute,
                "function_item" => Kind::Function,
                "function_signature_item" => Kind::FunctionSignature,
                "struct_item" => Kind::Struct,
                "enum_item" => Kind::Enum,
                "union_item" => Kind::Union,
                "trait_item" => Kind::Trait,
                "impl_item" => Kind::Impl,
                "type_item" => Kind::TypeAlias,
                "mod_item" => Kind::Module,
                "macro_definition" => Kind::Macro,
                "const_item" | "static_item" => Kind::Constant,
                "use_declaration" => Kind::Use,
                "extern_crate_declaration" => Kind::ExternCrate,
                "call_expression" => Kind::Call,
                "macro_invocation" => Kind::MacroCall,
                "token_tree" => Kind::TokenTree,
                "string_literal" | "raw_string_literal" => Kind::String,
                _ => Kind::Other,
            })
        })
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        match kind {
            Kind::Other => Enter::Children,
            Kind::Comment => walk.comment(node),
            Kind::Attribute => attribute(walk, node),
            Kind::Function => function(walk, node, DefinitionFlags::default()),
            Kind::FunctionSignature => function(walk, node, DefinitionFlags::DECLARATION),
            Kind::Struct => item(walk, node, SymbolKind::Struct),
            Kind::Enum => item(walk, node, SymbolKind::Enum),
            Kind::Union => item(walk, node, SymbolKind::Union),
            Kind::Trait => item(walk, node, SymbolKind::Trait),
            Kind::Impl => implementation(walk, node),
            Kind::TypeAlias if walk.is_in_type() => Enter::Children,
            Kind::TypeAlias => item(walk, node, SymbolKind::TypeAlias),
            Kind::Module => module(walk, node),
            Kind::Macro => item(walk, node, SymbolKind::Macro),
            Kind::Constant => {
                constant(walk, node);
                Enter::Children
            }
            Kind::Use => {
                if let Some(argument) = node.child_by_field_name("argument") {
                    use_tree(walk, argument);
                }
                Enter::Skip
            }
            Kind::ExternCrate => {
                extern_crate(walk, node);
                Enter::Skip
            }
            Kind::Call => {
                if let Some(function) = node.child_by_field_name("function") {
                    walk.call(function, false);
                }
                Enter::Children
            }
            Kind::MacroCall => macro_call(walk, node),
            Kind::TokenTree => token_tree(walk, node),
            Kind::String => walk.string(node),
        }
    }

    fn is_doc(comment: &str) -> bool {
        (comment.starts_with("///") && !comment.starts_with("////"))
            || (comment.starts_with("/**") && !comment.starts_with("/***") && comment != "/**/")
    }
}

type RustWalk<'t, 'n> = Walk<'t, 'n, Rust>;

fn attribute<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) -> Enter {
    let attribute = named_children(node).next();
    let name = attribute
        .and_then(|attribute| attribute.child(0))
        .map(|name| walk.text_of(name));
    walk.attribute(node, name);
    Enter::Children
}

fn item<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>, kind: SymbolKind) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    let bounds = node.child_by_field_name("bounds");
    let bases = bounds
        .into_iter()
        .flat_map(named_children)
        .filter_map(|bound| type_name(walk, bound));
    let bases = bases.map(Into::into).collect();
    let body = match kind {
        SymbolKind::TypeAlias => node.child_by_field_name("type"),
        SymbolKind::Macro => None,
        _ => node.child_by_field_name("body"),
    };
    walk.define(Head {
        kind,
        name: walk.text_of(name),
        name_at: start(name),
        owner: None,
        flags: DefinitionFlags::default(),
        span: ByteSpan {
            start: start(node),
            end: end(node),
        },
        signature_at: start(node),
        body,
        bases,
        decorators: Vec::new(),
    })
}

fn function<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>, mut flags: DefinitionFlags) -> Enter {
    let Some(name) = node.child_by_field_name("name") else {
        return Enter::Children;
    };
    for child in children(node) {
        match child.kind() {
            "function_modifiers"
                if walk
                    .text_of(child)
                    .split_whitespace()
                    .any(|word| word == "async") =>
            {
                flags.set(DefinitionFlags::ASYNC);
            }
            "parameters" => {
                let has_self = named_children(child).any(|param| param.kind() == "self_parameter");
                if walk.is_in_type() && !has_self {
                    flags.set(DefinitionFlags::STATIC);
                }
                break;
            }
            _ => {}
        }
    }
    if walk.has_leading(start(node), |attribute| {
        attribute
            .rsplit("::")
            .next()
            .is_some_and(|last| last == "test" || last.ends_with("_test") || last == "rstest")
    }) {
        flags.set(DefinitionFlags::TEST);
    }
    walk.define(Head {
        kind: walk.function_kind(),
        name: walk.text_of(name),
        name_at: start(name),
        owner: None,
        flags,
        span: ByteSpan {
            start: start(node),
            end: end(node),
        },
        signature_at: start(node),
        body: node.child_by_field_name("body"),
        bases: Vec::new(),
        decorators: Vec::new(),
    })
}

fn implementation<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) -> Enter {
    let Some(of) = node.child_by_field_name("type") else {
        return Enter::Children;
    };
    let name = match type_name(walk, of) {
        // Methods belong to the type, wherever it comes from.
        Some(path) => path.rsplit("::").next().unwrap_or(path).to_owned(),
        // `impl Trait for [T]`, for tuples and pointers: as written.
        None => walk.text_of(of).split_whitespace().collect(),
    };
    let base = node
        .child_by_field_name("trait")
        .and_then(|base| type_name(walk, base));
    walk.define(Head {
        kind: SymbolKind::Impl,
        name: &name,
        name_at: start(of),
        owner: None,
        flags: DefinitionFlags::default(),
        span: ByteSpan {
            start: start(node),
            end: end(node),
        },
        signature_at: start(node),
        body: node.child_by_field_name("body"),
        bases: base.map(Into::into).into_iter().collect(),
        decorators: Vec::new(),
    })
}

/// The path of a type without its arguments, references and `dyn`; none for lifetimes, tuples and the like.
fn type_name<'t>(walk: &RustWalk<'t, '_>, node: Node<'_>) -> Option<&'t str> {
    let mut node = node;
    loop {
        node = match node.kind() {
            "reference_type" | "generic_type" => node.child_by_field_name("type")?,
            "dynamic_type" | "abstract_type" => node.child_by_field_name("trait")?,
            "higher_ranked_trait_bound" => node.child_by_field_name("type")?,
            "type_identifier" | "scoped_type_identifier" | "primitive_type" | "identifier" => {
                return Some(walk.text_of(node))
                    .filter(|name| !name.is_empty() && !name.contains(char::is_whitespace));
            }
            _ => return None,
        };
    }
}

/// A module with a body is a namespace; one without names a file, which is an import.
fn module<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) -> Enter {
    if node.child_by_field_name("body").is_some() {
        return item(walk, node, SymbolKind::Namespace);
    }
    if let Some(name) = node.child_by_field_name("name") {
        let module = format!("self::{}", walk.text_of(name));
        walk.builder.import_at(
            start(node),
            NewImport {
                module: &module,
                ..NewImport::default()
            },
        );
    }
    Enter::Skip
}

fn constant<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) {
    if let Some(name) = node.child_by_field_name("name")
        && walk.is_outside_functions()
    {
        let span = walk.builder.span(start(node), end(node));
        walk.builder.assignment(walk.text_of(name), span);
    }
}

fn extern_crate<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) {
    let text = |field| {
        node.child_by_field_name(field)
            .map(|name| walk.text_of(name))
    };
    if let Some(module) = text("name") {
        let alias = text("alias");
        walk.builder.import_at(
            start(node),
            NewImport {
                module,
                alias,
                ..NewImport::default()
            },
        );
    }
}

/// One import per prefix: `use a::{b, c::d}` brings in `b` from `a` and `d` from `a::c`. The braces may nest
/// as deep as they like: the stack is our own.
fn use_tree<'n>(walk: &mut RustWalk<'_, 'n>, argument: Node<'n>) {
    let at = start(argument);
    let mut todo: Vec<(String, Node<'n>)> = vec![(String::new(), argument)];
    while let Some((prefix, tree)) = todo.pop() {
        let mut names = Vec::new();
        let mut nested = Vec::new();
        let items: Vec<Node<'n>> = if tree.kind() == "use_list" {
            named_children(tree).collect()
        } else {
            vec![tree]
        };
        for item in items {
            use_item(walk, at, &prefix, item, &mut names, &mut nested);
        }
        if !names.is_empty() {
            walk.builder.import_at(
                at,
                NewImport {
                    module: &prefix,
                    names,
                    ..NewImport::default()
                },
            );
        }
        todo.extend(nested.into_iter().rev());
    }
}

fn use_item<'n>(
    walk: &mut RustWalk<'_, 'n>,
    at: u32,
    prefix: &str,
    item: Node<'n>,
    names: &mut Vec<ImportedName>,
    nested: &mut Vec<(String, Node<'n>)>,
) {
    // Paths longer than this are no paths that anyone wrote.
    const MAX_PREFIX: usize = 500;
    let join = |path: &str| match (prefix, path) {
        ("", path) => path.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}::{path}"),
    };
    let text = |field: &str| {
        item.child_by_field_name(field)
            .map(|node| walk.text_of(node))
    };
    match item.kind() {
        "scoped_use_list" => {
            let path = join(text("path").unwrap_or(""));
            if let Some(list) = item.child_by_field_name("list")
                && path.len() <= MAX_PREFIX
            {
                nested.push((path, list));
            }
        }
        "use_list" => nested.push((prefix.to_owned(), item)),
        "use_wildcard" => {
            let path = named_children(item)
                .next()
                .map_or("", |path| walk.text_of(path));
            let name = ImportedName {
                name: "*".into(),
                alias: None,
            };
            let import = NewImport {
                module: &join(path),
                names: vec![name],
                ..NewImport::default()
            };
            walk.builder.import_at(at, import);
        }
        kind => {
            let alias = if kind == "use_as_clause" {
                text("alias")
            } else {
                None
            };
            let path = if kind == "use_as_clause" {
                text("path")
            } else {
                Some(walk.text_of(item))
            };
            let Some(path) = path.filter(|path| !path.is_empty()) else {
                return;
            };
            let (module, name) = match path.rsplit_once("::") {
                Some((module, name)) => (join(module), name),
                None if prefix.is_empty() => {
                    // `use a;`, `use a as b;`
                    walk.builder.import_at(
                        at,
                        NewImport {
                            module: path,
                            alias,
                            ..NewImport::default()
                        },
                    );
                    return;
                }
                None => (prefix.to_owned(), path),
            };
            let name = ImportedName {
                name: name.into(),
                alias: alias.map(Into::into),
            };
            if module == prefix {
                names.push(name);
            } else {
                let import = NewImport {
                    module: &module,
                    names: vec![name],
                    ..NewImport::default()
                };
                walk.builder.import_at(at, import);
            }
        }
    }
}

fn macro_call<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) -> Enter {
    let Some(name) = node.child_by_field_name("macro") else {
        return Enter::Children;
    };
    let raises = is_raising_macro(walk.text_of(name));
    walk.call(name, raises);
    if raises {
        Enter::Raise
    } else {
        Enter::Children
    }
}

fn is_raising_macro(name: &str) -> bool {
    matches!(
        name.rsplit("::").next().unwrap_or(name),
        "panic" | "bail" | "ensure" | "unreachable" | "todo" | "unimplemented"
    )
}

/// Tokens in parentheses behind a name are a call's arguments, as far as one can tell.
fn token_tree<'n>(walk: &mut RustWalk<'_, 'n>, node: Node<'n>) -> Enter {
    const KEYWORDS: [&str; 10] = [
        "if", "match", "while", "in", "return", "for", "let", "else", "mut", "fn",
    ];
    let at = start(node);
    let text = walk.builder.text();
    if walk.parent_kind() != Kind::TokenTree || text.as_bytes().get(at as usize) != Some(&b'(') {
        return Enter::Children;
    }
    let tokens_at = walk.ancestor(0).map_or(0, |(_, parent)| start(parent));
    let bang = offset(text[..at as usize].trim_end_matches('!').len());
    if let Some((callee, name_at)) = crate::tree::chain(text, tokens_at, bang)
        && !KEYWORDS.contains(&callee.text(text))
    {
        let raised = bang < at && is_raising_macro(callee.text(text));
        walk.builder.call(callee, name_at, raised);
    }
    Enter::Children
}

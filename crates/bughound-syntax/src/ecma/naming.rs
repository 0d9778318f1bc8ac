//! Functions and classes without a name of their own: what they are assigned to names them.

use bughound_core::SymbolKind;
use tree_sitter::Node;

use super::{Found, Kind, define, property_name, wrapped};
use crate::tree::{Enter, Grammar, Walk, end, start};
use crate::{ByteSpan, DefinitionFlags};

/// A function or class expression: named by itself or by what it is assigned to.
pub(super) fn expression<'n, G: Grammar<Kind = Kind>>(
    walk: &mut Walk<'_, 'n, G>,
    node: Node<'n>,
    kind: SymbolKind,
) -> Enter {
    let flags = DefinitionFlags::default();
    let mut depth = 0;
    while let Some((parent_kind, parent)) = walk.ancestor(depth) {
        let target = match parent_kind {
            Kind::Parenthesized => None,
            Kind::Arguments if is_seen_through(walk, depth + 1) => {
                depth += 1;
                None
            }
            Kind::Declarator => parent
                .child_by_field_name("name")
                .filter(|name| name.kind() == "identifier"),
            Kind::Field => parent
                .child_by_field_name("name")
                .or_else(|| parent.child_by_field_name("property")),
            Kind::Pair => parent.child_by_field_name("key"),
            Kind::Assignment => parent.child_by_field_name("left"),
            Kind::Export => {
                let span = wrapped(walk, node);
                let name = node
                    .child_by_field_name("name")
                    .map_or("default", |name| walk.text_of(name));
                return define(
                    walk,
                    node,
                    Found {
                        kind,
                        name,
                        name_at: start(node),
                        owner: None,
                        flags,
                        span,
                    },
                );
            }
            _ => break,
        };
        depth += 1;
        let Some(target) = target else {
            if matches!(parent_kind, Kind::Parenthesized | Kind::Arguments) {
                continue;
            }
            break;
        };
        if parent_kind == Kind::Assignment
            && parent
                .child_by_field_name("right")
                .is_some_and(|right| right.start_byte() > node.start_byte())
        {
            // On the left: `(function () {}).x = …`.
            break;
        }
        let Some((owner, name, kind)) = assigned(walk, parent_kind, target, depth - 1, kind) else {
            break;
        };
        let span = assigned_span(walk, depth - 1);
        let name_at = start(target);
        return define(
            walk,
            node,
            Found {
                kind,
                name: &name,
                name_at,
                owner: owner.as_deref(),
                flags,
                span,
            },
        );
    }
    match node.child_by_field_name("name") {
        Some(name) => {
            let span = ByteSpan {
                start: start(node),
                end: end(node),
            };
            let (text, at) = (walk.text_of(name), start(name));
            define(
                walk,
                node,
                Found {
                    kind,
                    name: text,
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

/// Whether the ancestor is a call that gives its argument back, more or less.
fn is_seen_through<G: Grammar<Kind = Kind>>(walk: &Walk<'_, '_, G>, depth: usize) -> bool {
    let Some((Kind::Call, call)) = walk.ancestor(depth) else {
        return false;
    };
    let name = call
        .child_by_field_name("function")
        .and_then(|function| walk.name_of(function));
    let last = name.and_then(|name| name.rsplit('.').next());
    matches!(last, Some("memo" | "forwardRef" | "useCallback"))
}

/// Owner, name and kind of a function that is assigned to `target`.
fn assigned<G: Grammar<Kind = Kind>>(
    walk: &Walk<'_, '_, G>,
    by: Kind,
    target: Node<'_>,
    depth: usize,
    kind: SymbolKind,
) -> Option<(Option<String>, String, SymbolKind)> {
    let is_function = kind == SymbolKind::Function;
    let method = if is_function {
        SymbolKind::Method
    } else {
        kind
    };
    match by {
        Kind::Declarator => Some((None, walk.text_of(target).to_owned(), kind)),
        Kind::Field => Some((None, property_name(walk, target).to_owned(), method)),
        Kind::Pair => {
            let owner = object_name(walk, depth + 1);
            Some((owner, property_name(walk, target).to_owned(), method))
        }
        _ => {
            let path = walk.name_of(target)?;
            let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
            let owner = owner.strip_suffix(".prototype").unwrap_or(owner);
            let is_plain = matches!(
                owner,
                "" | "exports" | "module.exports" | "this" | "self" | "window"
            );
            if is_plain {
                return Some((None, name.to_owned(), kind));
            }
            Some((Some(owner.replace("?.", ".")), name.to_owned(), method))
        }
    }
}

/// The span of what the ancestor at `depth` assigns, the whole statement where it assigns nothing else.
fn assigned_span<G: Grammar<Kind = Kind>>(walk: &Walk<'_, '_, G>, depth: usize) -> ByteSpan {
    let mut span = ByteSpan::default();
    for depth in depth.. {
        let Some((kind, node)) = walk.ancestor(depth) else {
            break;
        };
        let is_part = match kind {
            Kind::Declaration => node.named_child_count() == 1,
            Kind::Export | Kind::Ambient | Kind::ExpressionStatement => true,
            _ => span == ByteSpan::default(),
        };
        if !is_part {
            break;
        }
        span = ByteSpan {
            start: start(node),
            end: end(node),
        };
        if matches!(kind, Kind::Field | Kind::Pair) {
            break;
        }
    }
    span
}

/// The dotted name of the object literal that is the ancestor at `depth`: by the keys up to it and what it is
/// assigned to.
pub(super) fn object_name<G: Grammar<Kind = Kind>>(
    walk: &Walk<'_, '_, G>,
    depth: usize,
) -> Option<String> {
    const MAX_PARTS: usize = 20;
    let mut parts: Vec<&str> = Vec::new();
    let mut depth = depth;
    while let Some((kind, node)) = walk.ancestor(depth) {
        depth += 1;
        let name = match kind {
            Kind::Object | Kind::Parenthesized => continue,
            Kind::Pair => node
                .child_by_field_name("key")
                .map(|key| property_name(walk, key)),
            Kind::Declarator => node
                .child_by_field_name("name")
                .and_then(|name| walk.name_of(name)),
            Kind::Assignment => node
                .child_by_field_name("left")
                .and_then(|left| walk.name_of(left)),
            Kind::Field => {
                let name = node
                    .child_by_field_name("name")
                    .or_else(|| node.child_by_field_name("property"));
                name.map(|name| property_name(walk, name))
            }
            Kind::Export => Some("default"),
            _ => None,
        };
        parts.extend(name.filter(|name| !matches!(*name, "exports" | "module.exports")));
        if kind != Kind::Pair || parts.len() >= MAX_PARTS {
            break;
        }
    }
    parts.reverse();
    (!parts.is_empty()).then(|| parts.join("."))
}

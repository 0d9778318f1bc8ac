//! Which variables does a function have, where are they seen, and of which type are they said to be?

use std::ops::Range;

use tree_sitter::Node;

/// A parameter or a local variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding<'t> {
    pub(crate) name: &'t str,
    /// Where it is bound.
    pub(crate) at: usize,
    /// Where it is seen, from there on.
    pub(crate) visible: Range<usize>,
    /// Its type as written.
    pub(crate) written_type: Option<&'t str>,
}

/// Nodes of functions, over all grammars.
pub(crate) const FUNCTIONS: &[&str] = &[
    "function_definition",
    "function_item",
    "function_declaration",
    "method_declaration",
    "method_definition",
    "constructor_declaration",
    "arrow_function",
    "function_expression",
    "generator_function_declaration",
];

/// Where a block ends, variables end, except in Python.
pub(crate) const BLOCKS: &[&str] = &["block", "statement_block", "compound_statement"];

/// Nodes that bind the name that they hold under this field.
const BINDERS: &[(&str, &str)] = &[
    ("default_parameter", "name"),
    ("typed_default_parameter", "name"),
    ("assignment", "left"),
    ("for_statement", "left"),
    ("parameter", "pattern"),
    ("let_declaration", "pattern"),
    ("variable_declarator", "name"),
    ("required_parameter", "pattern"),
    ("optional_parameter", "pattern"),
    ("formal_parameter", "name"),
    ("parameter_declaration", "name"),
    ("parameter_declaration", "declarator"),
    ("init_declarator", "declarator"),
    ("short_var_declaration", "left"),
    ("enhanced_for_statement", "name"),
];

/// The variables that a function binds itself, in the order of the text; those of functions inside of it are not
/// among them.
pub(crate) fn bindings<'t>(text: &'t str, function: Node<'_>, is_python: bool) -> Vec<Binding<'t>> {
    let mut found: Vec<Binding<'t>> = Vec::new();
    let mut stack = vec![(function, function.byte_range())];
    while let Some((node, visible)) = stack.pop() {
        let kind = node.kind();
        let visible = if !is_python && BLOCKS.contains(&kind) {
            node.byte_range()
        } else {
            visible
        };
        let mut bind = |name: Node<'_>, written_type: Option<Node<'_>>| {
            found.push(Binding {
                name: &text[name.byte_range()],
                at: name.end_byte(),
                visible: visible.clone(),
                written_type: written_type.map(|node| text[node.byte_range()].trim()),
            });
        };
        let written_type = || {
            let own = node.child_by_field_name("type");
            own.or_else(|| node.parent()?.child_by_field_name("type"))
        };
        for (_, field) in BINDERS.iter().filter(|(binder, _)| *binder == kind) {
            for name in names(node, field) {
                bind(name, written_type());
            }
        }
        match kind {
            "parameters" | "formal_parameters" => {
                for child in super::site::parts(node) {
                    match child.kind() {
                        "identifier" => bind(child, None),
                        "typed_parameter" => {
                            if let Some(name) = child.named_child(0)
                                && name.kind() == "identifier"
                            {
                                bind(name, child.child_by_field_name("type"));
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if node == function || !FUNCTIONS.contains(&kind) {
            let mut cursor = node.walk();
            for child in node.named_children(&mut cursor) {
                stack.push((child, visible.clone()));
            }
        }
    }
    found.retain(|binding| !matches!(binding.name, "self" | "cls" | "_" | "this"));
    found.sort_by_key(|binding| binding.at);
    found
}

/// Identifiers under a field: itself, or those of a list or of a pointer.
fn names<'n>(node: Node<'n>, field: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    let mut found = Vec::new();
    for child in node.children_by_field_name(field, &mut cursor) {
        match child.kind() {
            "identifier" => found.push(child),
            "expression_list" | "pattern_list" | "tuple_pattern" => {
                found.extend(
                    super::site::parts(child)
                        .into_iter()
                        .filter(|part| part.kind() == "identifier"),
                );
            }
            "pointer_declarator" => {
                if let Some(name) = child.child_by_field_name("declarator")
                    && name.kind() == "identifier"
                {
                    found.push(name);
                }
            }
            _ => {}
        }
    }
    found
}

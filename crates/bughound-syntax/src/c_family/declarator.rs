//! Names inside declarators: C declares things the way they are used.

use tree_sitter::Node;

use super::Kind;
use crate::tree::{Grammar, Walk, named_children};

/// `("A.B", "f")` of `A<T>::B::f<U>`, `operator bool` and the like in one piece.
pub(super) fn owner_and_name(path: &str) -> (Option<String>, String) {
    let mut parts: Vec<String> = vec![String::new()];
    let mut depth = 0usize;
    let mut rest = path.trim();
    while let Some(c) = rest.chars().next() {
        let part = parts.len() - 1;
        if depth == 0 && is_operator(rest) && parts[part].is_empty() {
            parts[part] = operator(rest);
            break;
        } else if depth == 0 && rest.starts_with("::") {
            parts.push(String::new());
            rest = &rest[2..];
            continue;
        } else if c == '<' {
            depth += 1;
        } else if c == '>' {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && !c.is_whitespace() {
            parts[part].push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    let name = parts.pop().unwrap_or_default();
    parts.retain(|part| !part.is_empty());
    let owner = (!parts.is_empty()).then(|| parts.join("."));
    (owner, name)
}

fn is_operator(text: &str) -> bool {
    text.strip_prefix("operator")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// `operator==`, `operator()`, `operator bool`.
fn operator(text: &str) -> String {
    let rest = text["operator".len()..].trim();
    let is_word = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let words: Vec<&str> = rest.split_whitespace().collect();
    if is_word {
        format!("operator {}", words.join(" "))
    } else {
        format!("operator{}", words.concat())
    }
}

/// The declarator of a function inside pointers, references and parentheses, and its name.
pub(super) fn function_declarator<'n>(declarator: Node<'n>) -> Option<(Node<'n>, Node<'n>)> {
    let mut node = declarator;
    let mut function = None;
    loop {
        match node.kind() {
            "function_declarator" => {
                let inner = node.child_by_field_name("declarator")?;
                if inner.kind() == "parenthesized_declarator" && is_pointer(inner) {
                    // A pointer to a function is a variable.
                    return None;
                }
                function = Some(node);
                node = inner;
            }
            "pointer_declarator" | "array_declarator" | "init_declarator" => {
                if function.is_some() && node.kind() != "pointer_declarator" {
                    return None;
                }
                node = node.child_by_field_name("declarator")?;
            }
            "reference_declarator" | "parenthesized_declarator" | "attributed_declarator" => {
                node = named_children(node)
                    .find(|child| child.kind().ends_with("declarator") || is_name(*child))?;
            }
            "operator_cast" => return Some((node, node)),
            _ if is_name(node) => {
                if function.is_none()
                    && node.kind() == "qualified_identifier"
                    && has_operator_cast(node)
                {
                    return Some((node, node));
                }
                return function.map(|function| (function, node));
            }
            _ => return None,
        }
    }
}

fn is_pointer(parenthesized: Node<'_>) -> bool {
    named_children(parenthesized).any(|child| {
        matches!(
            child.kind(),
            "pointer_declarator" | "reference_declarator" | "ERROR"
        )
    })
}

fn has_operator_cast(qualified: Node<'_>) -> bool {
    let mut node = qualified;
    while let Some(name) = node.child_by_field_name("name") {
        if name.kind() == "operator_cast" {
            return true;
        }
        node = name;
    }
    false
}

fn is_name(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "identifier"
            | "field_identifier"
            | "type_identifier"
            | "qualified_identifier"
            | "destructor_name"
            | "operator_name"
            | "template_function"
            | "template_method"
            | "primitive_type"
    )
}

/// The text of a function's name; that of a conversion ends before its parentheses.
pub(super) fn path_of<'t, G: Grammar<Kind = Kind>>(
    walk: &Walk<'t, '_, G>,
    name: Node<'_>,
) -> &'t str {
    let text = walk.text_of(name);
    if name.kind() == "operator_cast" || has_operator_cast(name) {
        let from = text.rfind("operator").unwrap_or(0);
        let parameters = text[from..]
            .find('(')
            .map_or(text.len(), |paren| from + paren);
        return text[..parameters].trim_end();
    }
    text
}

pub(super) fn variable_name<'n>(declarator: Node<'n>) -> Option<Node<'n>> {
    let mut node = declarator;
    while !is_name(node) {
        node = match node.child_by_field_name("declarator") {
            Some(inner) => inner,
            None => named_children(node)
                .find(|child| child.kind().ends_with("declarator") || is_name(*child))?,
        };
    }
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::owner_and_name;

    #[test]
    fn paths_are_taken_apart() {
        #[track_caller]
        fn check(path: &str, owner: Option<&str>, name: &str) {
            let found = owner_and_name(path);
            assert_eq!(
                (found.0.as_deref(), found.1.as_str()),
                (owner, name),
                "{path}"
            );
        }
        check("f", None, "f");
        check("A::f", Some("A"), "f");
        check("::a::B<C::D>::f<E>", Some("a.B"), "f");
        check("A::~A", Some("A"), "~A");
        check("operator ==", None, "operator==");
        check("A::operator<", Some("A"), "operator<");
        check("A::operator()", Some("A"), "operator()");
        check("operator  bool", None, "operator bool");
        check("operators", None, "operators");
        check("", None, "");
    }
}

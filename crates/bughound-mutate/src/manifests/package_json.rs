//! `package.json`.

use bughound_core::Language;
use tree_sitter::Node;

use super::{Found, MISSING_ENTRY, WRONG_VALUE, wrong_path};
use crate::site::parts;
use crate::tree::parse;

/// Keys that node and npm read.
const KEYS: &[&str] = &[
    "main",
    "module",
    "type",
    "exports",
    "types",
    "bin",
    "imports",
    "dependencies",
    "browser",
];

/// Keys whose values are paths, however deep.
const PATHS: &[&str] = &["main", "module", "exports", "imports", "bin", "browser"];

/// JSON is an expression of JavaScript once it stands in brackets.
pub(super) fn find(found: &mut Found<'_>) {
    let wrapped = format!("({})", found.text);
    let Some(tree) = parse(Language::JavaScript, &wrapped, None) else {
        return;
    };
    let object = tree
        .root_node()
        .named_child(0)
        .and_then(|statement| statement.named_child(0))
        .and_then(|brackets| brackets.named_child(0))
        .filter(|it| it.kind() == "object" && !tree.root_node().has_error());
    if let Some(object) = object {
        for pair in parts(object) {
            if let Some(key) = string(found, pair.child_by_field_name("key")) {
                top(found, pair, key);
            }
        }
    }
}

/// The content of a string: its span in the text.
fn string(found: &Found<'_>, node: Option<Node<'_>>) -> Option<std::ops::Range<usize>> {
    let node = node.filter(|node| node.kind() == "string")?;
    // One for the bracket, one for the quote.
    let span = node.start_byte()..node.end_byte() - 2;
    found.text.get(span.clone()).map(|_| span)
}

fn top(found: &mut Found<'_>, pair: Node<'_>, key: std::ops::Range<usize>) {
    let name = found.slice(&key);
    let Some(value) = pair.child_by_field_name("value") else {
        return;
    };
    if KEYS.contains(&name) {
        found.misspell(key, "");
        remove(found, pair, "");
    }
    if name == "type"
        && let Some(own) = string(found, Some(value))
    {
        let to = if found.slice(&own) == "module" {
            "commonjs"
        } else {
            "module"
        };
        found.replace(WRONG_VALUE, own, to, "");
    } else if PATHS.contains(&name) {
        paths(found, value, name);
    } else if name == "dependencies" && value.kind() == "object" {
        for dependency in parts(value) {
            remove(found, dependency, name);
            if let Some(key) = string(found, dependency.child_by_field_name("key")) {
                found.misspell(key, name);
            }
        }
    }
}

fn paths(found: &mut Found<'_>, value: Node<'_>, inside: &str) {
    if let Some(own) = string(found, Some(value)) {
        if let Some(to) = wrong_path(found.slice(&own)) {
            found.replace(WRONG_VALUE, own, &to, inside);
        }
    } else if value.kind() == "object" {
        for pair in parts(value) {
            remove(found, pair, inside);
            if let Some(key) = string(found, pair.child_by_field_name("key"))
                && matches!(found.slice(&key), "import" | "require" | "default")
            {
                found.misspell(key, inside);
            }
            if let Some(value) = pair.child_by_field_name("value") {
                paths(found, value, inside);
            }
        }
    }
}

/// Removes a pair with the comma before it, or else the one behind it.
fn remove(found: &mut Found<'_>, pair: Node<'_>, inside: &str) {
    let (start, end) = (pair.start_byte() - 1, pair.end_byte() - 1);
    let before = found.text[..start].trim_end();
    let own = found.slice(&(start..end));
    let first = own.lines().next().unwrap_or("");
    let description = format!("`{first}` is removed");
    let span = if before.ends_with(',') {
        before.len() - 1..end
    } else {
        let rest = found.text[end..].trim_start();
        let Some(rest) = rest.strip_prefix(',') else {
            return found.push(MISSING_ENTRY, start..end, "", description, inside);
        };
        start..found.text.len() - rest.trim_start().len()
    };
    if span.len() <= 240 {
        found.push(MISSING_ENTRY, span, "", description, inside);
    }
}

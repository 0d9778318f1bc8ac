//! The tags of the dialects.

use super::tool_name;
use serde_json::Value;

/// Tags that may not be taken for ours in a tool's result.
pub(super) const FRAMING: [&str; 8] = [
    "tool_call",
    "tool_response",
    "tool_result",
    "tools",
    "tool",
    "function",
    "parameter",
    "think",
];

/// Elements that a call may be written in, beside one that bears a tool's own name.
const CALLS: [&str; 6] = [
    "tool_call",
    "tool",
    "function",
    "invoke",
    "function_call",
    "tool_use",
];

/// Longer tags open no call.
const LONGEST_TAG: usize = 256;

/// The opening tag of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenTag<'a> {
    /// The element, which its closing tag repeats.
    pub(super) element: &'a str,
    /// The tool, if the tag names it.
    pub(super) tool: Option<&'a str>,
    /// How long the tag is.
    pub(super) length: usize,
}

/// Reads the tag at the start of a text, if it opens a call: `<tool_call>`, `<tool name="f">`, `<function=f>`,
/// or `<f>` where `f` is a declared tool.
pub(super) fn open_call<'a>(text: &'a str, tools: &[Value]) -> Option<OpenTag<'a>> {
    let tag = open_tag(text)?;
    if CALLS.contains(&tag.element) {
        return Some(tag);
    }
    let declared = |tool: &Value| tool_name(tool) == Some(tag.element);
    tools.iter().any(declared).then_some(OpenTag {
        tool: Some(tag.element),
        ..tag
    })
}

/// Reads any opening tag with at most one attribute, a name: `<e>`, `<e name="n">`, `<e='n'>`, `<e=n>`.
pub(super) fn open_tag(text: &str) -> Option<OpenTag<'_>> {
    let inner = text.strip_prefix('<')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let end = inner.find(|c| !is_name(c))?;
    let element = &inner[..end];
    if element.is_empty() {
        return None;
    }
    let close = inner
        .bytes()
        .take(LONGEST_TAG)
        .position(|byte| byte == b'>')?;
    let attribute = inner.get(end..close)?.trim();
    let tool = if attribute.is_empty() {
        None
    } else {
        let value = attribute
            .strip_prefix("name")
            .unwrap_or(attribute)
            .trim_start()
            .strip_prefix('=')?
            .trim();
        let value = ['"', '\'']
            .into_iter()
            .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
            .unwrap_or(value);
        if value.is_empty() || !value.chars().all(is_name) {
            return None;
        }
        Some(value)
    };
    Some(OpenTag {
        element,
        tool,
        length: close + 2,
    })
}

/// Finds the closing tag of an element before the element opens again: where it begins and where it ends.
pub(super) fn find_close(text: &str, element: &str) -> Option<(usize, usize)> {
    for (at, _) in text.match_indices('<') {
        let inner = &text[at + 1..];
        let (is_closing, name) = match inner.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, inner),
        };
        match name.strip_prefix(element) {
            Some(rest) if is_closing && rest.starts_with('>') => {
                return Some((at, at + element.len() + 3));
            }
            Some(rest) if !is_closing && rest.starts_with(['>', ' ', '=']) => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_are_opened_in_several_ways() {
        let tools = [json!({"type": "function", "function": {"name": "search_class"}})];
        let check = |text: &str, expect: Option<(&str, Option<&str>, usize)>| {
            let found = open_call(text, &tools).map(|tag| (tag.element, tag.tool, tag.length));
            assert_eq!(found, expect, "{text}");
        };
        check("<tool_call>{", Some(("tool_call", None, 11)));
        check(r#"<tool name="f">x"#, Some(("tool", Some("f"), 15)));
        check("<tool name='f'>", Some(("tool", Some("f"), 15)));
        check("<tool name = f >", Some(("tool", Some("f"), 16)));
        check("<function=f.g>", Some(("function", Some("f.g"), 14)));
        check(
            "<search_class>",
            Some(("search_class", Some("search_class"), 14)),
        );
        check("<other_tool>", None);
        check("<tool id=\"3\">", None);
        check("<tool name=\"\">", None);
        check("<tool name=\"a b\">", None);
        check("<tool", None);
        check("< tool>", None);
        check("</tool_call>", None);
        check("<é>", None);
    }
}

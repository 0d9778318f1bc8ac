//! Calls that a policy wrote into its text.

use bughound_core::ToolCall;
use serde_json::{Map, Value};

/// How a policy writes a shell command that it wants run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandStyle {
    /// A fenced block with this tag.
    Fence(&'static str),
    /// An XML-like element with this name.
    Element(&'static str),
}

/// The commands in a text.
pub(crate) fn commands(text: &str, style: CommandStyle) -> Vec<String> {
    let (open, close, needs_line) = match style {
        CommandStyle::Fence(tag) => (format!("```{tag}"), "\n```".to_owned(), true),
        CommandStyle::Element(name) => (format!("<{name}>"), format!("</{name}>"), false),
    };
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at + open.len()..];
        let body = if needs_line {
            // The tag must be the whole of its line.
            let Some(end) = rest.find('\n').filter(|&end| rest[..end].trim().is_empty()) else {
                continue;
            };
            &rest[end..]
        } else {
            rest
        };
        let Some(end) = body.find(&close) else {
            break;
        };
        found.push(body[..end].trim().to_owned());
        rest = &body[end + close.len()..];
    }
    found
}

/// Calls in the markup that many models are trained on: `<function=name><parameter=key>value</parameter>
/// </function>` and `<tool_call>{"name": …, "arguments": {…}}</tool_call>`. What looks like a call and cannot be
/// read is given as its text.
pub(crate) fn marked_calls(text: &str) -> Vec<Result<ToolCall, String>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let function = rest.find("<function=");
        let json = rest.find("<tool_call>");
        let (at, open, close) = match (function, json) {
            (Some(f), j) if j.is_none_or(|j| f < j) => (f, "<function=", "</function>"),
            (_, Some(j)) => (j, "<tool_call>", "</tool_call>"),
            _ => break,
        };
        let body = &rest[at + open.len()..];
        let end = body.find(close);
        let inner = &body[..end.unwrap_or(body.len())];
        let call = if open == "<function=" {
            function_call(inner)
        } else {
            json_call(inner)
        };
        // A call whose end was cut off, like everything before its closing tag, counts as it stands.
        found.push(call.ok_or_else(|| rest[at..].chars().take(400).collect()));
        match end {
            Some(end) => rest = &body[end + close.len()..],
            None => break,
        }
    }
    found
}

/// `name>` and its parameters.
fn function_call(text: &str) -> Option<ToolCall> {
    let (name, mut rest) = text.split_once('>')?;
    let mut arguments = Map::new();
    while let Some((_, parameter)) = rest.split_once("<parameter=") {
        let (key, value) = parameter.split_once('>')?;
        let (value, after) = value.split_once("</parameter>").unwrap_or((value, ""));
        let value = value.strip_prefix('\n').unwrap_or(value);
        let value = value.strip_suffix('\n').unwrap_or(value);
        arguments.insert(key.trim().to_owned(), value.into());
        rest = after;
    }
    let name = name.trim();
    (!name.is_empty()).then(|| ToolCall {
        id: String::new(),
        name: name.to_owned(),
        arguments: Value::Object(arguments).to_string(),
    })
}

fn json_call(text: &str) -> Option<ToolCall> {
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    Some(ToolCall {
        id: String::new(),
        name: value.get("name")?.as_str()?.to_owned(),
        arguments: match value.get("arguments").or_else(|| value.get("parameters")) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "{}".to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_in_blocks() {
        let check = |text, style, expect: &[&str]| assert_eq!(commands(text, style), expect);
        let bash = CommandStyle::Fence("bash");
        check("I look.\n\n```bash\nls -la\n```", bash, &["ls -la"]);
        check(
            "```bash  \na\nb\n```\n```bash\nc\n```",
            bash,
            &["a\nb", "c"],
        );
        check("```bashful\nls\n```", bash, &[]);
        check("```bash\nls", bash, &[]);
        check("no block", bash, &[]);
        let element = CommandStyle::Element("cmd");
        check(
            "<cmd>ls\n</cmd> and <cmd>pwd</cmd>",
            element,
            &["ls", "pwd"],
        );
    }

    #[test]
    fn calls_stand_in_markup() {
        let check = |text: &str, expect: &[Result<(&str, &str), &str>]| {
            let calls = marked_calls(text);
            let calls: Vec<_> = calls
                .iter()
                .map(|call| match call {
                    Ok(call) => Ok((call.name.as_str(), call.arguments.as_str())),
                    Err(text) => Err(text.as_str()),
                })
                .collect();
            assert_eq!(calls, expect, "{text}");
        };
        check("nothing", &[]);
        check(
            "I look.\n<function=bash>\n<parameter=command>ls\n-la</parameter>\n</function>",
            &[Ok(("bash", r#"{"command":"ls\n-la"}"#))],
        );
        check("<function=submit>\n</function>", &[Ok(("submit", "{}"))]);
        check(
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>\n<function=g></function>",
            &[Ok(("f", r#"{"a":1}"#)), Ok(("g", "{}"))],
        );
        check(
            "<tool_call>{oops</tool_call>",
            &[Err("<tool_call>{oops</tool_call>")],
        );
        check("<function=", &[Err("<function=")]);
    }
}

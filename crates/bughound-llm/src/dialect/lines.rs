//! Calls as plain lines: `search row span`, `open 3`, `exit`. The shortest form there is, for models that learn what
//! their tools are called and take: a tool has one argument or none, and the argument is the rest of the line.

use bughound_core::ToolCall;
use serde_json::{Map, Value, json};

use super::tool_name;

/// The call as a line. Arguments follow each other; what is no object stands as it is.
pub(super) fn line_of(call: &ToolCall) -> String {
    let mut line = call.name.clone();
    let arguments = match serde_json::from_str(&call.arguments) {
        Ok(Value::Object(members)) => members.into_iter().map(|(_, value)| value).collect(),
        _ => vec![Value::from(call.arguments.as_str())],
    };
    for argument in arguments {
        let text = argument
            .as_str()
            .map_or_else(|| argument.to_string(), str::to_owned);
        line.push(' ');
        line.push_str(&text.replace(['\n', '\r'], " "));
    }
    line
}

/// What tools there are, a line each.
pub(super) fn description(tools: &[Value]) -> String {
    let mut text = String::from("Calls, one per line and nothing beside them:");
    for tool in tools {
        let function = &tool["function"];
        let properties = function["parameters"]["properties"].as_object();
        let arguments: Vec<String> = properties
            .into_iter()
            .flat_map(Map::keys)
            .map(|name| format!(" {}", name.to_uppercase()))
            .collect();
        let name = tool_name(tool).unwrap_or_default();
        let about = function["description"].as_str().unwrap_or_default();
        text.push_str(&format!("\n{name}{}: {about}", arguments.concat()));
    }
    text
}

/// Reads a text that is nothing but such lines; `None` where a line is anything else.
pub(super) fn read(text: &str, tools: &[Value]) -> Option<Vec<(String, String)>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let calls: Option<Vec<_>> = lines.map(|line| read_line(line, tools)).collect();
    calls.filter(|calls| !calls.is_empty())
}

fn read_line(line: &str, tools: &[Value]) -> Option<(String, String)> {
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let tool = tools.iter().find(|tool| tool_name(tool) == Some(name))?;
    let no_properties = Map::new();
    let properties = tool["function"]["parameters"]["properties"]
        .as_object()
        .unwrap_or(&no_properties);
    let mut arguments = Map::new();
    match (properties.len(), rest.is_empty()) {
        (0, true) => {}
        (1, false) => {
            for (argument, schema) in properties {
                let value = match schema["type"].as_str() {
                    Some("integer" | "number" | "boolean") => {
                        serde_json::from_str(rest).unwrap_or_else(|_| json!(rest))
                    }
                    _ => json!(rest),
                };
                arguments.insert(argument.clone(), value);
            }
        }
        _ => return None,
    }
    Some((name.to_owned(), Value::Object(arguments).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Vec<Value> {
        let tool = |name: &str, properties: Value| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": properties}}});
        vec![
            tool("search", json!({"words": {"type": "string"}})),
            tool("open", json!({"n": {"type": "integer"}})),
            tool(
                "two",
                json!({"a": {"type": "string"}, "b": {"type": "string"}}),
            ),
            tool("exit", json!({})),
        ]
    }

    #[test]
    fn lines_are_calls_where_all_of_them_are() {
        let check = |text: &str, expect: Option<&[(&str, &str)]>| {
            let read = read(text, &tools());
            let read: Option<Vec<(&str, &str)>> = read.as_ref().map(|calls| {
                calls
                    .iter()
                    .map(|(a, b)| (a.as_str(), b.as_str()))
                    .collect()
            });
            assert_eq!(read.as_deref(), expect, "{text:?}");
        };
        check(
            "search row  span",
            Some(&[("search", r#"{"words":"row  span"}"#)]),
        );
        check(
            " open 3 \n\nexit",
            Some(&[("open", r#"{"n":3}"#), ("exit", "{}")]),
        );
        check("open three", Some(&[("open", r#"{"n":"three"}"#)]));
        check("search", None);
        check("exit now", None);
        check("two a b", None);
        check("search x\nand then", None);
        check("3 1 2", None);
        check("", None);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let check = |name: &str, arguments: &str, line: &str| {
            let call = ToolCall {
                id: String::new(),
                name: name.into(),
                arguments: arguments.into(),
            };
            assert_eq!(line_of(&call), line);
            let expect = vec![(name.to_owned(), arguments.to_owned())];
            assert_eq!(read(line, &tools()), Some(expect));
        };
        check("search", r#"{"words":"row span"}"#, "search row span");
        check("open", r#"{"n":3}"#, "open 3");
        check("exit", "{}", "exit");
    }
}

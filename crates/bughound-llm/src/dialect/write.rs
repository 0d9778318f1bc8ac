//! A conversation as a server gets it.

use std::borrow::Cow;

use bughound_core::{Message, Role, ToolCall};
use serde_json::Value;

use super::guard::{without_control_tokens, without_framing};
use super::{Dialect, lines};

/// The conversation in a dialect.
///
/// Messages of the user that follow each other become one, since many templates insist on turns. What the user
/// and tools say holds no control tokens any more. In a text dialect, tools are described at the end of the
/// first system message, calls are written into the assistant's text, and results are the user's.
pub fn prepare(dialect: Dialect, messages: &[Message], tools: &[Value]) -> Vec<Message> {
    let mut prepared: Vec<Message> = Vec::with_capacity(messages.len() + 1);
    if dialect.is_text() && !tools.is_empty() {
        let has_system = messages.first().is_some_and(|it| it.role == Role::System);
        let (own, rest) = messages.split_at(usize::from(has_system));
        let mut text = own
            .first()
            .map_or_else(String::new, |it| it.content.clone());
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&description(dialect, tools));
        prepared.push(Message::system(text));
        add_all(&mut prepared, dialect, rest);
    } else {
        add_all(&mut prepared, dialect, messages);
    }
    prepared
}

fn add_all(prepared: &mut Vec<Message>, dialect: Dialect, messages: &[Message]) {
    // Names of the calls, for results that name their tool.
    let mut calls: Vec<(&str, &str)> = Vec::new();
    let mut before = None;
    for message in messages {
        calls.extend(
            message
                .tool_calls
                .iter()
                .map(|it| (it.id.as_str(), it.name.as_str())),
        );
        let next = in_dialect(dialect, message, &calls);
        match prepared.last_mut() {
            Some(last) if last.role == Role::User && next.role == Role::User => {
                // Results of one turn stand together; anything else is a paragraph of its own.
                let both_results = before == Some(Role::Tool) && message.role == Role::Tool;
                last.content
                    .push_str(if both_results { "\n" } else { "\n\n" });
                last.content.push_str(&next.content);
            }
            _ => prepared.push(next),
        }
        before = Some(message.role);
    }
}

fn in_dialect(dialect: Dialect, message: &Message, calls: &[(&str, &str)]) -> Message {
    let mut next = Message {
        reasoning: None,
        ..message.clone()
    };
    match message.role {
        Role::System => {}
        Role::User => next.content = without_control_tokens(&message.content).into_owned(),
        Role::Assistant => {
            if dialect.is_text() {
                for call in std::mem::take(&mut next.tool_calls) {
                    if !next.content.is_empty() {
                        next.content.push('\n');
                    }
                    next.content.push_str(&call_text(dialect, &call));
                }
            } else {
                for call in &mut next.tool_calls {
                    if let Cow::Owned(arguments) = sound_arguments(&call.arguments) {
                        call.arguments = arguments;
                    }
                }
            }
        }
        Role::Tool if dialect.is_text() => {
            let id = message.tool_call_id.as_deref().unwrap_or_default();
            let name = calls.iter().rev().find(|(known, _)| *known == id);
            let name = name.map_or("unknown", |(_, name)| *name);
            next = Message::user(result_text(dialect, name, &message.content));
        }
        Role::Tool => next.content = without_control_tokens(&message.content).into_owned(),
    }
    next
}

/// Servers read arguments as JSON, and fail at others: those are wrapped, so that the model sees what it wrote.
fn sound_arguments(arguments: &str) -> Cow<'_, str> {
    let is_object = serde_json::from_str::<Value>(arguments).is_ok_and(|it| it.is_object());
    if is_object {
        Cow::Borrowed(arguments)
    } else {
        Cow::Owned(serde_json::json!({"malformed_arguments": arguments}).to_string())
    }
}

fn call_text(dialect: Dialect, call: &ToolCall) -> String {
    if dialect == Dialect::Compact {
        return lines::line_of(call);
    }
    let is_json = serde_json::from_str::<&serde_json::value::RawValue>(&call.arguments).is_ok();
    let arguments = if is_json {
        Cow::Borrowed(call.arguments.as_str())
    } else {
        Cow::Owned(Value::from(call.arguments.as_str()).to_string())
    };
    let name = Value::from(call.name.as_str());
    match dialect {
        Dialect::Xml => format!("<tool name={name}>\n{arguments}\n</tool>"),
        Dialect::Native | Dialect::Hermes | Dialect::Compact => {
            format!("<tool_call>\n{{\"name\": {name}, \"arguments\": {arguments}}}\n</tool_call>")
        }
    }
}

fn result_text(dialect: Dialect, name: &str, content: &str) -> String {
    let content = without_framing(content);
    match dialect {
        Dialect::Compact => content.into(),
        Dialect::Xml => {
            let name = Value::from(name);
            format!("<tool_result name={name}>\n{content}\n</tool_result>")
        }
        Dialect::Native | Dialect::Hermes => {
            format!("<tool_response>\n{content}\n</tool_response>")
        }
    }
}

/// The part of the system message that describes tools and how they are called.
fn description(dialect: Dialect, tools: &[Value]) -> String {
    if dialect == Dialect::Compact {
        return lines::description(tools);
    }
    let mut text = String::from(
        "# Tools\n\nYou can call the tools that are declared here, each by its name, with a JSON schema of \
         its arguments:\n<tools>\n",
    );
    for tool in tools {
        text.push_str(&tool.to_string());
        text.push('\n');
    }
    text.push_str("</tools>\n\n");
    text.push_str(match dialect {
        Dialect::Xml => {
            "To call a tool, write a tag that names it, with the arguments within as one JSON object:\n\
             <tool name=\"NAME\">\n{\"ARGUMENT\": \"VALUE\"}\n</tool>\n\
             The result comes in <tool_result> tags. You may write several calls one after the other. \
             Nothing else is a call."
        }
        Dialect::Native | Dialect::Hermes | Dialect::Compact => {
            "To call a tool, write one JSON object with its name and its arguments within tags:\n\
             <tool_call>\n{\"name\": \"NAME\", \"arguments\": {\"ARGUMENT\": \"VALUE\"}}\n</tool_call>\n\
             The result comes in <tool_response> tags. You may write several calls one after the other. \
             Nothing else is a call."
        }
    });
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read_calls;
    use super::*;

    fn conversation() -> Vec<Message> {
        let call = |id: &str, arguments: &str| ToolCall {
            id: id.into(),
            name: "search".into(),
            arguments: arguments.into(),
        };
        vec![
            Message::system("Be quick."),
            Message::user("Where? <|im_end|>"),
            Message::assistant("Hm.")
                .with_calls(vec![call("1", r#"{"q": "a"}"#), call("2", "oops")]),
            Message::tool("1", "x </tool_response> y"),
            Message::tool("2", "no JSON"),
            Message::user("Go on."),
        ]
    }

    fn shown(dialect: Dialect, tools: &[Value]) -> String {
        let messages = prepare(dialect, &conversation(), tools);
        let lines = messages.iter().map(|message| {
            let calls: Vec<String> = message
                .tool_calls
                .iter()
                .map(|call| format!(" [{} {} {}]", call.id, call.name, call.arguments))
                .collect();
            format!(
                "{}: {}{}",
                message.role.name(),
                message.content,
                calls.concat()
            )
        });
        lines.collect::<Vec<_>>().join("\n---\n")
    }

    #[test]
    fn natively_all_stays_but_what_would_break() {
        let tools = [json!({"type": "function", "function": {"name": "search"}})];
        insta::assert_snapshot!(shown(Dialect::Native, &tools), @r#"
        system: Be quick.
        ---
        user: Where? &lt;|im_end|>
        ---
        assistant: Hm. [1 search {"q": "a"}] [2 search {"malformed_arguments":"oops"}]
        ---
        tool: x </tool_response> y
        ---
        tool: no JSON
        ---
        user: Go on.
        "#);
    }

    #[test]
    fn hermes_writes_all_into_the_text() {
        let tools = [json!({"type": "function", "function": {"name": "search"}})];
        insta::assert_snapshot!(shown(Dialect::Hermes, &tools), @r#"
        system: Be quick.

        # Tools

        You can call the tools that are declared here, each by its name, with a JSON schema of its arguments:
        <tools>
        {"type":"function","function":{"name":"search"}}
        </tools>

        To call a tool, write one JSON object with its name and its arguments within tags:
        <tool_call>
        {"name": "NAME", "arguments": {"ARGUMENT": "VALUE"}}
        </tool_call>
        The result comes in <tool_response> tags. You may write several calls one after the other. Nothing else is a call.
        ---
        user: Where? &lt;|im_end|>
        ---
        assistant: Hm.
        <tool_call>
        {"name": "search", "arguments": {"q": "a"}}
        </tool_call>
        <tool_call>
        {"name": "search", "arguments": "oops"}
        </tool_call>
        ---
        user: <tool_response>
        x &lt;/tool_response> y
        </tool_response>
        <tool_response>
        no JSON
        </tool_response>

        Go on.
        "#);
    }

    #[test]
    fn xml_names_the_tool_in_the_tag() {
        insta::assert_snapshot!(shown(Dialect::Xml, &[]), @r#"
        system: Be quick.
        ---
        user: Where? &lt;|im_end|>
        ---
        assistant: Hm.
        <tool name="search">
        {"q": "a"}
        </tool>
        <tool name="search">
        "oops"
        </tool>
        ---
        user: <tool_result name="search">
        x &lt;/tool_response> y
        </tool_result>
        <tool_result name="search">
        no JSON
        </tool_result>

        Go on.
        "#);
    }

    #[test]
    fn a_system_message_is_made_where_there_is_none() {
        let tools = [json!({"type": "function", "function": {"name": "f"}})];
        let messages = prepare(Dialect::Hermes, &[Message::user("hi")], &tools);
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].role, Role::System);
        assert!(messages[0].content.starts_with("# Tools"));
        assert_eq!(
            prepare(Dialect::Hermes, &[Message::user("hi")], &[]).len(),
            1
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let check = |name: &str, arguments: &str| {
            let call = ToolCall {
                id: "1".into(),
                name: name.into(),
                arguments: arguments.into(),
            };
            for dialect in [Dialect::Hermes, Dialect::Xml] {
                let message = Message::assistant("Hm.").with_calls(vec![call.clone()]);
                let text = &prepare(dialect, &[message], &[])[0].content;
                let read = read_calls(text, &[]);
                assert_eq!(
                    read.calls,
                    [(name.to_owned(), arguments.to_owned())],
                    "{text}"
                );
                assert_eq!(read.text, "Hm.");
            }
        };
        check("f", "{}");
        check(
            "get_code_of_class",
            r#"{"file": "a.py", "n": [1, 2.50, {"x": null}]}"#,
        );
        check("f", r#"{"q": "</tool_call></tool> <tool_call>"}"#);
    }
}

//! Calls in a model's text.

use std::collections::BTreeMap;

use bughound_core::MalformedCall;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient::read_value;
use super::lines;
use super::tags::{OpenTag, find_close, open_call, open_tag};
use super::tool_name;

/// Whoever writes more broken calls than this is beyond reading.
const MOST_MALFORMED: usize = 64;

/// A text, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadText {
    /// What stands beside the calls; calls that could not be read stay in it.
    pub(crate) text: String,
    /// Names and arguments of the calls, as written.
    pub(crate) calls: Vec<(String, String)>,
    /// Calls that could not be read.
    pub(crate) malformed: Vec<MalformedCall>,
}

/// Reads the calls in a text, whatever the dialect in which it was asked for:
///
/// - `<tool_call>` around one or several objects with `name` and `arguments` (or `parameters`), around a list of
///   them, or around a call of the next kinds;
/// - JSON arguments in a tag that names the tool: `<tool name="f">`, `<function=f>`, `<f>` for a declared tool;
/// - `<parameter=x>value</parameter>` instead of JSON arguments;
/// - a text that is nothing but such an object, of a declared tool;
/// - a text that is nothing but lines `name argument`, of declared tools with one argument or none.
///
/// A closing tag may be absent where the JSON is complete (it may have been the text to stop at). Slips in the
/// JSON are forgiven where they have one meaning only.
pub(crate) fn read_calls(text: &str, tools: &[Value]) -> ReadText {
    let mut read = ReadText::default();
    let (mut at, mut kept) = (0, 0);
    while read.malformed.len() < MOST_MALFORMED
        && let Some(start) = text[at..].find('<').map(|offset| at + offset)
    {
        let rest = &text[start..];
        let Some(tag) = open_call(rest, tools) else {
            at = start + 1;
            continue;
        };
        let body = &rest[tag.length..];
        // Other tags than these two kinds are someone's prose or markup unless JSON follows.
        if tag.element != "tool_call" && tag.tool.is_none() && !body.trim_start().starts_with('{') {
            at = start + 1;
            continue;
        }
        match read_body(body, &tag, tools) {
            Ok((calls, length)) => {
                read.text.push_str(&text[kept..start]);
                read.calls.extend(calls);
                at = start + tag.length + length;
                kept = at;
            }
            Err(problem) => {
                let length = tag.length + length_of_malformed(body, tag.element, tools);
                read.malformed.push(MalformedCall {
                    text: rest[..length].to_owned(),
                    problem,
                });
                at = start + length;
            }
        }
    }
    read.text.push_str(&text[kept..]);
    if read.calls.is_empty() && read.malformed.is_empty() {
        if let Some(call) = bare_call(text, tools) {
            read.calls.push(call);
            read.text.clear();
        } else if let Some(calls) = lines::read(text, tools) {
            read.calls = calls;
            read.text.clear();
        }
    } else {
        read.text.truncate(read.text.trim_end().len());
    }
    read
}

type Call = (String, String);

/// What stands after an opening tag: the calls, and how long it is with its closing tag.
fn read_body(body: &str, tag: &OpenTag<'_>, tools: &[Value]) -> Result<(Vec<Call>, usize), String> {
    let mut at = skip(body, 0, |rest| rest.len() - rest.trim_start().len());
    at = skip(body, at, fence_length);
    let rest = &body[at..];
    let mut calls = Vec::new();
    if rest.starts_with(['{', '[']) {
        loop {
            let (json, length) = json_at(&body[at..])?;
            at += length;
            match tag.tool {
                Some(tool) => calls.push((tool.to_owned(), json)),
                None => calls.extend(calls_of(&json)?),
            }
            let next = skip(body, at, |rest| rest.len() - rest.trim_start().len());
            if tag.tool.is_some() || !body[next..].starts_with('{') {
                break;
            }
            at = next;
        }
    } else if let Some(tool) = tag.tool {
        let (arguments, length) = parameters(rest, tool, tools)?;
        at += length;
        if length == 0
            && find_close(rest, tag.element).is_none_or(|(to, _)| !rest[..to].trim().is_empty())
        {
            return Err(format!("no JSON object in <{}>", tag.element));
        }
        calls.push((tool.to_owned(), arguments));
    } else if let Some(inner) = open_call(rest, tools).filter(|inner| inner.tool.is_some()) {
        let (inner_calls, length) = read_body(&rest[inner.length..], &inner, tools)?;
        calls = inner_calls;
        at += inner.length + length;
    } else {
        return Err(format!("no JSON object in <{}>", tag.element));
    }
    Ok((calls, closing(body, at, tag.element)))
}

/// Where a body ends whose last value ends here: after its closing tag, if nothing but closing brackets or a
/// fence stands before that.
fn closing(body: &str, at: usize, element: &str) -> usize {
    let Some((from, to)) = find_close(&body[at..], element) else {
        return skip(
            body,
            at,
            |rest| if rest.trim() == "```" { rest.len() } else { 0 },
        );
    };
    let between = &body[at..at + from];
    let is_filler = |c: char| c.is_whitespace() || matches!(c, '}' | ']' | '`');
    if between.chars().all(is_filler) {
        at + to
    } else {
        at
    }
}

/// How much of a body belongs to a call that cannot be read: up to its closing tag, or to the next call.
fn length_of_malformed(body: &str, element: &str, tools: &[Value]) -> usize {
    let opens_again =
        |at: &usize| open_call(&body[*at..], tools).is_some_and(|tag| tag.element == element);
    find_close(body, element).map_or_else(
        || {
            let mut tags = body.match_indices('<').map(|(at, _)| at);
            tags.find(opens_again).unwrap_or(body.len())
        },
        |(_, to)| to,
    )
}

/// One JSON value at the start of a text: as it is written where it is JSON, mended where that is safe.
fn json_at(text: &str) -> Result<(String, usize), String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    if let Some(Ok(raw)) = values.next() {
        return Ok((raw.get().to_owned(), values.byte_offset()));
    }
    let (value, length) =
        read_value(text).map_err(|problem| format!("no valid JSON: {problem}"))?;
    Ok((value.to_string(), length))
}

/// The calls that a JSON object describes, or a list of such objects.
fn calls_of(json: &str) -> Result<Vec<Call>, String> {
    if json.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(json).map_err(|it| it.to_string())?;
        let calls: Vec<Vec<Call>> = items
            .into_iter()
            .map(|item| calls_of(item.get()))
            .collect::<Result<_, _>>()?;
        return Ok(calls.concat());
    }
    let mut fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(json).map_err(|_| "a call must be a JSON object".to_owned())?;
    if let Some(inner) = fields
        .get("function")
        .filter(|it| it.get().starts_with('{'))
    {
        return calls_of(inner.get());
    }
    let name = ["name", "function", "tool", "tool_name"]
        .into_iter()
        .find_map(|field| fields.remove(field))
        .ok_or("the call has no `name`")?;
    let name: String = serde_json::from_str(name.get()).map_err(|_| "`name` is no string")?;
    if name.is_empty() {
        return Err("`name` is empty".into());
    }
    let arguments = ["arguments", "parameters", "args", "input"]
        .into_iter()
        .find_map(|field| fields.remove(field));
    let arguments = match arguments {
        Some(raw) => unquoted(raw.get()),
        None => {
            fields.remove("id");
            fields.remove("type");
            let rest: Map<String, Value> = fields
                .into_iter()
                .map(|(field, raw)| (field, serde_json::from_str(raw.get()).unwrap_or_default()))
                .collect();
            Value::Object(rest).to_string()
        }
    };
    Ok(vec![(name, arguments)])
}

/// Arguments that were written as the text of a JSON object.
fn unquoted(raw: &str) -> String {
    match serde_json::from_str::<Value>(raw) {
        Ok(Value::String(text)) => text,
        Ok(Value::Null) => "{}".to_owned(),
        _ => raw.to_owned(),
    }
}

/// `<parameter=x>value</parameter>` again and again, as an object, and how long that is.
fn parameters(text: &str, tool: &str, tools: &[Value]) -> Result<(String, usize), String> {
    let mut arguments = Map::new();
    let mut end = 0;
    loop {
        let at = skip(text, end, |rest| rest.len() - rest.trim_start().len());
        let rest = &text[at..];
        let Some(tag) = open_tag(rest).filter(|tag| tag.element == "parameter") else {
            break;
        };
        let name = tag.tool.ok_or("a <parameter> without a name")?;
        let body = &rest[tag.length..];
        let (from, to) = find_close(body, "parameter")
            .ok_or_else(|| format!("<parameter={name}> is not closed"))?;
        let value = body[..from].strip_prefix('\n').unwrap_or(&body[..from]);
        let value = value.strip_suffix('\n').unwrap_or(value);
        arguments.insert(name.to_owned(), typed(value, name, tool, tools));
        end = at + tag.length + to;
    }
    Ok((Value::Object(arguments).to_string(), end))
}

/// A parameter's value is text unless the tool's declaration says otherwise.
fn typed(value: &str, parameter: &str, tool: &str, tools: &[Value]) -> Value {
    let kind = tools
        .iter()
        .find(|it| tool_name(it) == Some(tool))
        .map(|it| &it["function"]["parameters"]["properties"][parameter]["type"]);
    let is_text = kind.is_none_or(|kind| kind.is_null() || *kind == "string");
    let parsed = serde_json::from_str(value).ok().filter(|_| !is_text);
    parsed.unwrap_or_else(|| Value::String(value.to_owned()))
}

/// A text that is nothing but a call of a declared tool.
fn bare_call(text: &str, tools: &[Value]) -> Option<Call> {
    let text = text.trim();
    let text = text[fence_length(text)..].trim_end_matches('`').trim();
    if !text.starts_with('{') {
        return None;
    }
    let (json, length) = json_at(text).ok()?;
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(&json).ok()?;
    let has_arguments = fields.contains_key("arguments") || fields.contains_key("parameters");
    let whole = text[length..].trim().is_empty() && has_arguments;
    let call = calls_of(&json).ok()?.pop().filter(|_| whole)?;
    tools
        .iter()
        .any(|tool| tool_name(tool) == Some(&call.0))
        .then_some(call)
}

/// The length of an opening code fence with its line.
fn fence_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("```") else {
        return 0;
    };
    let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    text.len() - word.trim_start().len()
}

fn skip(text: &str, at: usize, length: impl Fn(&str) -> usize) -> usize {
    at + length(&text[at..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tools() -> Vec<Value> {
        let parameters = json!({"type": "object", "properties": {"n": {"type": "integer"}, "q": {"type": "string"}}});
        let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": parameters}});
        vec![tool("search"), tool("exit")]
    }

    fn check(text: &str, rest: &str, calls: &[(&str, &str)]) {
        let read = read_calls(text, &tools());
        let found: Vec<(&str, &str)> = read
            .calls
            .iter()
            .map(|(name, arguments)| (name.as_str(), arguments.as_str()))
            .collect();
        assert_eq!(found, calls, "{text}");
        assert_eq!(read.text, rest, "{text}");
        assert_eq!(read.malformed, [], "{text}");
    }

    fn check_malformed(text: &str, expect: &[(&str, &str)], n_calls: usize) {
        let read = read_calls(text, &tools());
        assert_eq!(read.calls.len(), n_calls, "{text}: {read:?}");
        assert_eq!(read.malformed.len(), expect.len(), "{text}: {read:?}");
        for (found, (text, problem)) in read.malformed.iter().zip(expect) {
            assert_eq!(found.text, *text);
            assert!(found.problem.contains(problem), "{found:?}");
            assert!(read.text.contains(text.trim_end()), "{read:?}");
        }
    }

    #[test]
    fn objects_in_tool_call_tags() {
        let call = ("search", r#"{"q": "a"}"#);
        check("", "", &[]);
        check("just text with a < b", "just text with a < b", &[]);
        check(
            "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}\n</tool_call>",
            "",
            &[call],
        );
        check(
            "Let me look.\n<tool_call>{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}</tool_call>\n",
            "Let me look.",
            &[call],
        );
        // Two calls, in two tags, in one tag, in a list.
        let object = r#"{"name": "search", "arguments": {"q": "a"}}"#;
        check(
            &format!("<tool_call>{object}</tool_call> and <tool_call>{object}</tool_call>"),
            " and",
            &[call, call],
        );
        check(
            &format!("<tool_call>{object}\n{object}</tool_call>"),
            "",
            &[call, call],
        );
        check(
            &format!("<tool_call>[{object}, {object}]</tool_call>"),
            "",
            &[call, call],
        );
        // The closing tag may be the text to stop at.
        check(&format!("x\n<tool_call>\n{object}\n"), "x", &[call]);
        check(
            &format!("<tool_call>{object}<tool_call>{object}"),
            "",
            &[call, call],
        );
        // A fence, a bracket too many, a closing tag within a string.
        check(
            &format!("<tool_call>\n```json\n{object}\n```\n</tool_call>"),
            "",
            &[call],
        );
        check(&format!("<tool_call>{object}}}</tool_call>"), "", &[call]);
        check(
            r#"<tool_call>{"name": "search", "arguments": {"q": "</tool_call>"}}</tool_call>"#,
            "",
            &[("search", r#"{"q": "</tool_call>"}"#)],
        );
    }

    #[test]
    fn fields_have_many_names() {
        let one = |json: &str, name: &str, arguments: &str| {
            check(
                &format!("<tool_call>{json}</tool_call>"),
                "",
                &[(name, arguments)],
            );
        };
        one(
            r#"{"name": "f", "parameters": {"a": 1}}"#,
            "f",
            r#"{"a": 1}"#,
        );
        one(
            r#"{"arguments": {"a":  1.0}, "name": "f"}"#,
            "f",
            r#"{"a":  1.0}"#,
        );
        one(
            r#"{"function": {"name": "f", "arguments": "{\"a\": 1}"}}"#,
            "f",
            r#"{"a": 1}"#,
        );
        one(
            r#"{"name": "f", "arguments": "some words"}"#,
            "f",
            "some words",
        );
        one(r#"{"name": "f", "arguments": null}"#, "f", "{}");
        one(r#"{"name": "f"}"#, "f", "{}");
        one(r#"{"name": "f", "q": "a"}"#, "f", r#"{"q":"a"}"#);
        one(
            "{'name': 'f', 'arguments': {'a': True,},}",
            "f",
            r#"{"a":true}"#,
        );
    }

    #[test]
    fn json_in_tags_that_name_the_tool() {
        let call = [("search", r#"{"q": "a"}"#)];
        check(r#"<tool name="search">{"q": "a"}</tool>"#, "", &call);
        check(
            "<tool name='search'>\n{\"q\": \"a\"}\n</tool>\nok",
            "\nok",
            &call,
        );
        check(r#"<function=search>{"q": "a"}</function>"#, "", &call);
        check(r#"<search>{"q": "a"}</search>"#, "", &call);
        check(r#"<invoke name="search">{"q": "a"}</invoke>"#, "", &call);
        check(r#"<tool name="exit"></tool>"#, "", &[("exit", "{}")]);
        check(
            r#"<tool>{"name": "exit", "arguments": {}}</tool>"#,
            "",
            &[("exit", "{}")],
        );
        check(
            "<tool_call>\n<function=search>\n<parameter=q>\na < b\n</parameter>\n<parameter=n>\n3\n</parameter>\n</function>\n</tool_call>",
            "",
            &[("search", r#"{"q":"a < b","n":3}"#)],
        );
        check(
            r#"<invoke name="search"><parameter name="q">3</parameter></invoke>"#,
            "",
            &[("search", r#"{"q":"3"}"#)],
        );
    }

    #[test]
    fn a_whole_text_may_be_a_call() {
        let object = r#"{"name": "search", "parameters": {"q": "a"}}"#;
        check(object, "", &[("search", r#"{"q": "a"}"#)]);
        check(
            &format!("```json\n{object}\n```"),
            "",
            &[("search", r#"{"q": "a"}"#)],
        );
        // It is none where the tool is unknown, where text stands beside it, or without arguments.
        for text in [
            r#"{"name": "other", "parameters": {}}"#,
            r#"Use {"name": "search", "parameters": {}}"#,
            r#"{"name": "search"}"#,
            r#"{"answer": ["a.py"]}"#,
        ] {
            check(text, text, &[]);
        }
    }

    #[test]
    fn markup_is_not_a_call() {
        for text in [
            "<div><tool>hammer</tool></div>",
            "Vec<function>",
            "<tools>[]</tools>",
            "<other>{}</other>",
        ] {
            check(text, text, &[]);
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_named() {
        let good = r#"<tool_call>{"name": "exit"}</tool_call>"#;
        let cut = r#"<tool_call>{"name": "search", "arguments": {"q": "a"#;
        check_malformed(cut, &[(cut, "in the middle")], 0);
        let bad = "<tool_call>search(q)</tool_call>";
        check_malformed(&format!("{bad}{good}"), &[(bad, "no JSON object")], 1);
        let bad = r#"<tool_call>{"name": "a" "b"}</tool_call>"#;
        check_malformed(
            &format!("{good}\n{bad}\n{good}"),
            &[(bad, "instead of `,`")],
            2,
        );
        let unclosed = "<tool_call>search\n";
        check_malformed(
            &format!("{unclosed}{good}"),
            &[(unclosed, "no JSON object")],
            1,
        );
        let bad = r#"<tool_call>{"arguments": {}}</tool_call>"#;
        check_malformed(bad, &[(bad, "no `name`")], 0);
        let bad = r#"<tool_call>{"name": 3}</tool_call>"#;
        check_malformed(bad, &[(bad, "no string")], 0);
        let bad = "<tool_call></tool_call>";
        check_malformed(bad, &[(bad, "no JSON object")], 0);
        let bad = "<tool name=\"search\">for a</tool>";
        check_malformed(bad, &[(bad, "no JSON object")], 0);
        let bad = "<tool name=\"search\">";
        check_malformed(bad, &[(bad, "no JSON object")], 0);
        let bad = "<function=search><parameter=q>a";
        check_malformed(bad, &[(bad, "not closed")], 0);
    }

    #[test]
    fn long_texts_are_read_in_time() {
        for piece in [
            "<tool_call>",
            "<tool name=\"f\">",
            "<a ",
            "<tool_call>{\"a\":\"",
            "<",
            "<exit>",
            "</tool_call>",
        ] {
            let text = piece.repeat(300_000 / piece.len());
            assert!(read_calls(&text, &tools()).malformed.len() <= MOST_MALFORMED);
        }
        let call = "<tool_call>{\"name\": \"exit\"}\n";
        let text = call.repeat(10_000);
        assert_eq!(read_calls(&text, &tools()).calls.len(), 10_000);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_is_lost(text in "(<tool_call>|</tool_call>|<tool name=\"search\">|</tool>|<function=f>|<parameter=q>|</parameter>|\\{\"name\": \"exit\"\\}|\\{|\\}|'|\"|:|,|```|<|é| |a){0,12}") {
            let read = read_calls(&text, &tools());
            for call in &read.malformed {
                prop_assert!(text.contains(&call.text));
                prop_assert!(read.text.contains(call.text.trim_end()));
            }
            if read.calls.is_empty() {
                prop_assert_eq!(read.text.trim_end(), text.trim_end());
            }
        }
    }
}

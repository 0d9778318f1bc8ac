//! JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it: what chat templates were made with, and so what
//! models have read. Two spaces of difference are two other tokens.

use serde_json::Value;

/// The text of a value: `", "` and `": "` between things, or a line each where there is an indentation.
pub(crate) fn dumps(value: &Value, indent: Option<usize>) -> String {
    let mut text = String::new();
    write(&mut text, value, indent, 0);
    text
}

fn write(text: &mut String, value: &Value, indent: Option<usize>, depth: usize) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(it) => text.push_str(if *it { "true" } else { "false" }),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => text.push_str(&repr(float)),
            None => text.push_str(&number.to_string()),
        },
        Value::String(it) => string(text, it),
        Value::Array(items) => {
            let items = items.iter().map(|item| (None, item));
            list(text, ['[', ']'], items, indent, depth);
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (Some(name), value));
            list(text, ['{', '}'], members, indent, depth);
        }
    }
}

fn list<'a>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = (Option<&'a String>, &'a Value)>,
    indent: Option<usize>,
    depth: usize,
) {
    text.push(open);
    let is_empty = items.len() == 0;
    let new_line = |text: &mut String, depth: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.push_str(&" ".repeat(indent * depth));
        }
    };
    for (n, (name, value)) in items.enumerate() {
        if n > 0 {
            text.push_str(if indent.is_some() { "," } else { ", " });
        }
        new_line(text, depth + 1);
        if let Some(name) = name {
            string(text, name);
            text.push_str(": ");
        }
        write(text, value, indent, depth + 1);
    }
    if !is_empty {
        new_line(text, depth);
    }
    text.push(close);
}

/// Python escapes what serde_json escapes; only DEL and what lies above stay as they are in both.
fn string(text: &mut String, value: &str) {
    text.push_str(&Value::from(value).to_string());
}

/// A float as Python's `repr` has it: the shortest digits that read back, an exponent of two digits at least where
/// the number is very large or small.
pub(crate) fn repr(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let power: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&power) {
        let plain = format!("{float}");
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", power.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_python_s() {
        let check = |value: Value, expect: &str| assert_eq!(dumps(&value, None), expect);
        check(json!({}), "{}");
        check(json!([]), "[]");
        check(
            json!({"a": [1, 2.0, null, true], "b": {"c": "x<y & 'z' \"q\"\n\t\u{8}\u{1}é\u{7f}"}}),
            "{\"a\": [1, 2.0, null, true], \"b\": {\"c\": \"x<y & 'z' \\\"q\\\"\\n\\t\\b\\u0001é\u{7f}\"}}",
        );
        check(json!(1e22), "1e+22");
        check(json!(1e16), "1e+16");
        check(json!(1.5e-5), "1.5e-05");
        check(json!(0.0001), "0.0001");
        check(json!(123_456_789.25), "123456789.25");
        check(json!(-0.0), "-0.0");
        check(json!(1e-310), "1e-310");
        check(
            json!(18_446_744_073_709_551_615_u64),
            "18446744073709551615",
        );
        assert_eq!(
            dumps(&json!({"a": [1, {}], "b": []}), Some(2)),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"
        );
    }
}

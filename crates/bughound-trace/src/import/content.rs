//! Fields of logs, taken out one by one: what nobody takes is kept.

use serde_json::{Map, Value};

/// The text of a field; `None` where it is absent, `null` or something else, which stays.
pub(crate) fn take_text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(_) => match fields.shift_remove(name)? {
            Value::String(text) => Some(text),
            _ => None,
        },
        Value::Null => {
            fields.shift_remove(name);
            None
        }
        _ => None,
    }
}

/// The object of a field, written as an object or as JSON in a text.
pub(crate) fn take_object(
    fields: &mut Map<String, Value>,
    name: &str,
) -> Option<Map<String, Value>> {
    match unwrapped(fields.get(name)?) {
        Some(Value::Object(object)) => {
            fields.shift_remove(name);
            Some(object)
        }
        _ => None,
    }
}

/// The list of a field, written as a list or as JSON in a text.
pub(crate) fn take_list(fields: &mut Map<String, Value>, name: &str) -> Option<Vec<Value>> {
    match unwrapped(fields.get(name)?) {
        Some(Value::Array(items)) => {
            fields.shift_remove(name);
            Some(items)
        }
        _ => None,
    }
}

fn unwrapped(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).ok()
        }
        Value::Object(_) | Value::Array(_) => Some(value.clone()),
        _ => None,
    }
}

/// A number somewhere below: `number(fields, &["usage", "prompt_tokens"])`.
pub(crate) fn number(fields: &Map<String, Value>, path: &[&str]) -> Option<f64> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(fields.get(*first)?, |value, name| value.get(name))?
        .as_f64()
}

/// A number as a count.
pub(crate) fn count(fields: &Map<String, Value>, path: &[&str]) -> Option<u64> {
    let number = number(fields, path)?.max(0.0).round();
    // Counts of tokens and milliseconds are far below 2^53.
    #[expect(clippy::cast_possible_truncation, reason = "clamped just before")]
    Some(number.min(9e15) as u64)
}

/// The text of a message's content: a text, a list of parts, `null`. Parts that are no text are named, and the
/// list is given back so that it can be kept.
pub(crate) fn text_of(content: Value) -> (String, Option<Value>) {
    match content {
        Value::String(text) => (text, None),
        Value::Null => (String::new(), None),
        Value::Array(parts) => {
            let mut texts = Vec::new();
            let mut all_text = true;
            for part in &parts {
                let is_text = part.get("type").is_none_or(|kind| kind == "text");
                match (part, part.get("text").and_then(Value::as_str)) {
                    (Value::String(text), _) => texts.push(text.clone()),
                    (_, Some(text)) if is_text => texts.push(text.to_owned()),
                    _ => {
                        all_text = false;
                        let kind = part.get("type").and_then(Value::as_str);
                        texts.push(format!("[{}]", kind.unwrap_or("something else")));
                    }
                }
            }
            (texts.join("\n"), (!all_text).then_some(Value::Array(parts)))
        }
        other => (other.to_string(), Some(other)),
    }
}

/// What is left of the fields and says something.
pub(crate) fn leftovers(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|_, value| match value {
        Value::Null => false,
        Value::Object(inner) => !inner.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    });
    fields
}

/// A number of milliseconds that may come from a wrong clock.
pub(crate) fn milliseconds(seconds: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped just before")]
    let whole = (seconds * 1000.0).round().clamp(0.0, 9e15) as u64;
    whole
}

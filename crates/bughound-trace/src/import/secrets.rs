//! Keys have no place in a trace.

use serde_json::{Map, Value};

/// Empties every field, however deep, whose name says that it holds a key to a server.
pub(crate) fn remove_secrets(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        match value {
            Value::String(text) if is_secret(name) && !text.is_empty() => {
                "[removed]".clone_into(text);
            }
            other => remove_below(other),
        }
    }
}

fn remove_below(value: &mut Value) {
    match value {
        Value::Object(fields) => remove_secrets(fields),
        Value::Array(items) => items.iter_mut().for_each(remove_below),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    letters.ends_with("apikey")
        || letters.ends_with("secret")
        || letters.ends_with("password")
        || letters.ends_with("secretkey")
        || letters.ends_with("accesstoken")
        || letters.ends_with("authtoken")
        || letters.ends_with("githubtoken")
        || letters == "authorization"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_removed_and_nothing_else() {
        let mut value = serde_json::json!({
            "model": {"api_key": "sk-1", "headers": [{"Authorization": "Bearer 2", "X": "y"}]},
            "OPENAI_API_KEY": "3",
            "api_key": null,
            "max_tokens": 4,
            "tokens": "kept",
        });
        remove_below(&mut value);
        let expect = serde_json::json!({
            "model": {"api_key": "[removed]", "headers": [{"Authorization": "[removed]", "X": "y"}]},
            "OPENAI_API_KEY": "[removed]",
            "api_key": null,
            "max_tokens": 4,
            "tokens": "kept",
        });
        assert_eq!(value, expect);
    }
}

//! From what a policy wrote to typed arguments.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Told, ToolError};

/// The schema of an argument type, for models: no title, no `$schema`, nothing by reference.
pub fn arguments_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    // The doc comment of the argument type is for readers of the source.
    schema.remove("description");
    if schema.get("properties").is_none() {
        schema.insert("properties".to_owned(), Value::Object(Map::new()));
    }
    let mut schema = schema.to_value();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties
        .into_iter()
        .flat_map(|properties| properties.values_mut())
    {
        if let Some(property) = property.as_object_mut() {
            // Widths of integers are ours, and some servers refuse formats that they do not know.
            property.remove("format");
            if let Some(Value::String(description)) = property.get_mut("description") {
                *description = description.replace('\n', " ");
            }
        }
    }
    schema
}

/// Reads arguments. Tolerant where the meaning is plain: an object written as a string, no arguments at
/// all, numbers and truth values written as strings (as models and shells do).
///
/// # Errors
/// [`Told::WrongArguments`].
pub fn read_arguments<T: DeserializeOwned + JsonSchema>(
    tool: &'static str,
    arguments: &Value,
) -> Result<T, ToolError> {
    if let Ok(read) = T::deserialize(arguments) {
        return Ok(read);
    }
    let schema = arguments_schema::<T>();
    let wrong = |problem: String| {
        ToolError::Told(Told::WrongArguments {
            tool,
            problem,
            usage: usage(tool, &schema),
        })
    };
    let mut object = match arguments {
        Value::Object(object) => object.clone(),
        Value::Null => Map::new(),
        Value::String(text) if text.trim().is_empty() => Map::new(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Object(object)) => object,
            _ => return Err(wrong("they are no JSON object".to_owned())),
        },
        _ => return Err(wrong("they are no JSON object".to_owned())),
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let wanted = |name: &str| properties.and_then(|properties| properties.get(name));
    for (name, value) in &mut object {
        if let Some(property) = wanted(name) {
            coerce(value, property);
        }
    }
    if let Some(name) = object.keys().find(|name| wanted(name).is_none()) {
        return Err(wrong(format!("there is no argument `{name}`")));
    }
    T::deserialize(Value::Object(object)).map_err(|error| wrong(error.to_string()))
}

/// Turns `"12"` into 12 and `"true"` into true where the schema wants that; an optional argument that is
/// empty into null.
fn coerce(value: &mut Value, property: &Value) {
    let Value::String(text) = value else { return };
    let is = |kind: &str| match &property["type"] {
        Value::String(wanted) => wanted == kind,
        Value::Array(wanted) => wanted.iter().any(|wanted| wanted == kind),
        _ => false,
    };
    if is("string") {
        return;
    }
    let text = text.trim();
    if text.is_empty() && is("null") {
        *value = Value::Null;
    } else if is("integer")
        && let Ok(number) = text.parse::<i64>()
    {
        *value = number.into();
    } else if is("boolean") {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => *value = true.into(),
            "false" | "no" | "0" => *value = false.into(),
            _ => {}
        }
    }
}

/// `read_lines(file: string, start?: integer)`.
fn usage(tool: &str, schema: &Value) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut arguments = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let kind = match &property["type"] {
            Value::String(kind) => kind.as_str(),
            Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("any"),
            _ => "any",
        };
        let mark = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        arguments.push(format!("{name}{mark}: {kind}"));
    }
    format!("{tool}({})", arguments.join(", "))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    /// Not shown to models.
    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Example {
        /// The file.
        file: String,
        /// The first line.
        start: Option<u32>,
        /// Case counts.
        #[serde(default)]
        exact: bool,
    }

    fn check(arguments: &Value, expect: Result<(&str, Option<u32>, bool), &str>) {
        let read = read_arguments::<Example>("peek", arguments);
        match expect {
            Ok((file, start, exact)) => {
                assert_eq!(
                    read,
                    Ok(Example {
                        file: file.to_owned(),
                        start,
                        exact
                    }),
                    "{arguments}"
                );
            }
            Err(problem) => {
                let message = read.unwrap_err().to_string();
                assert!(message.contains(problem), "{message}");
                assert!(
                    message.ends_with(
                        "Call it as peek(file: string, start?: integer, exact?: boolean)."
                    ),
                    "{message}"
                );
            }
        }
    }

    #[test]
    fn plain_and_tolerated_forms() {
        check(&json!({"file": "a"}), Ok(("a", None, false)));
        check(
            &json!({"file": "a", "start": "12", "exact": "true"}),
            Ok(("a", Some(12), true)),
        );
        check(&json!({"file": "a", "start": ""}), Ok(("a", None, false)));
        check(&json!("{\"file\": \"12\"}"), Ok(("12", None, false)));
    }

    #[test]
    fn wrong_forms_say_why() {
        check(&json!({}), Err("missing field `file`"));
        check(&Value::Null, Err("missing field `file`"));
        check(&json!([1]), Err("no JSON object"));
        check(&json!("nonsense"), Err("no JSON object"));
        check(&json!({"file": "a", "line": 3}), Err("no argument `line`"));
        check(
            &json!({"file": 3}),
            Err("invalid type: integer `3`, expected a string"),
        );
        check(&json!({"file": "a", "start": -3}), Err("-3"));
    }

    #[test]
    fn schemas_are_small() {
        insta::assert_snapshot!(arguments_schema::<Example>(), @r#"{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"The file."},"start":{"type":["integer","null"],"description":"The first line.","minimum":0},"exact":{"type":"boolean","description":"Case counts.","default":false}},"required":["file"]}"#);
    }
}

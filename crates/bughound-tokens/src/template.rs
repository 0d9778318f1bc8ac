//! Chat templates: Jinja programs that come with a model and write a conversation as it was trained on.
//!
//! They are written for Python's jinja2 as `transformers` sets it up: blocks swallow their line, `tojson` neither
//! escapes HTML nor sorts, strings have Python's methods. All of that is so here; tests compare with renderings that
//! `transformers` made. Three things are not offered: other templates (`include`, `import`), the clock (`strftime_now`
//! gives what the caller gave, or refuses), and running without end.

use std::collections::BTreeMap;

use bughound_core::{Message, Role};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::json;

use crate::TokensError;
use crate::python_json::{dumps, repr};

/// More steps than any template needs for a conversation of thousands of messages.
const FUEL: u64 = 20_000_000;

const NAME: &str = "chat";

/// A chat template, compiled.
#[derive(Debug, Clone)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    source: String,
    variables: BTreeMap<String, String>,
}

/// What a template may be told beside the conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatOptions<'a> {
    /// Declarations of tools, as OpenAI-compatible servers take them.
    pub tools: &'a [serde_json::Value],
    /// For templates that know thinking and no thinking.
    pub enable_thinking: Option<bool>,
    /// Today, for templates that ask for it; those fail where it is not given.
    pub today: Option<&'a str>,
}

impl ChatTemplate {
    /// Compiles a template. `variables` are the names of special tokens with their texts (`eos_token`, ...).
    ///
    /// # Errors
    /// Where the template is no Jinja that is understood.
    pub fn new(source: &str, variables: BTreeMap<String, String>) -> Result<Self, TokensError> {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(|error| told(&error))?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL));
        environment.set_debug(true);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_formatter(|out, _, value| Ok(out.write_str(&printed(value)?)?));
        environment.add_filter("tojson", to_json);
        environment.add_function(
            "raise_exception",
            |message: String| -> Result<String, Error> {
                Err(Error::new(
                    ErrorKind::InvalidOperation,
                    format!("it refuses: {message}"),
                ))
            },
        );
        environment
            .add_template_owned(NAME, without_generation_marks(source))
            .map_err(|error| told(&error))?;
        Ok(Self {
            environment,
            source: source.to_owned(),
            variables,
        })
    }

    /// The template's text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The conversation as text, with the opening of a reply at its end where that `asks_for_reply`.
    ///
    /// # Errors
    /// Where the template refuses the conversation, or asks for what is not there.
    pub fn render(
        &self,
        messages: &[&Message],
        asks_for_reply: bool,
        options: &ChatOptions<'_>,
    ) -> Result<String, TokensError> {
        let mut context = serde_json::Map::new();
        for (name, text) in &self.variables {
            context.insert(name.clone(), json!(text));
        }
        let messages: Vec<_> = messages.iter().map(|it| message(it)).collect();
        context.insert("messages".to_owned(), messages.into());
        let tools = (!options.tools.is_empty()).then_some(options.tools);
        context.insert("tools".to_owned(), json!(tools));
        context.insert("documents".to_owned(), serde_json::Value::Null);
        context.insert("add_generation_prompt".to_owned(), json!(asks_for_reply));
        if let Some(thinking) = options.enable_thinking {
            context.insert("enable_thinking".to_owned(), json!(thinking));
        }
        let mut environment = self.environment.clone();
        let today = options.today.map(str::to_owned);
        environment.add_function("strftime_now", move |_format: String| {
            today.clone().ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidOperation,
                    "it asks for the date, and none was given",
                )
            })
        });
        let template = environment
            .get_template(NAME)
            .map_err(|error| told(&error))?;
        template
            .render(minijinja::value::Serde(&context))
            .map_err(|error| told(&error))
    }
}

/// A message as OpenAI-compatible servers hand it to templates: arguments are an object where they are one.
fn message(message: &Message) -> serde_json::Value {
    let mut value = json!({"role": message.role.name(), "content": message.content});
    if let Some(reasoning) = &message.reasoning {
        value["reasoning_content"] = json!(reasoning);
    }
    if message.role == Role::Assistant && !message.tool_calls.is_empty() {
        let calls = message.tool_calls.iter().map(|call| {
            let arguments = serde_json::from_str(&call.arguments)
                .ok()
                .filter(serde_json::Value::is_object)
                .unwrap_or_else(|| json!(call.arguments));
            json!({
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": arguments},
            })
        });
        value["tool_calls"] = calls.collect();
    }
    if let Some(id) = &message.tool_call_id {
        value["tool_call_id"] = json!(id);
    }
    value
}

/// `transformers` replaces jinja2's filter by `json.dumps` without escapes.
#[expect(clippy::needless_pass_by_value, reason = "as the engine hands it over")]
fn to_json(value: &Value, arguments: Kwargs) -> Result<Value, Error> {
    let indent: Option<usize> = arguments.get("indent")?;
    let _: Option<bool> = arguments.get("ensure_ascii")?;
    arguments.assert_all_used()?;
    let plain = serde_json::to_value(value).map_err(|error| {
        Error::new(ErrorKind::BadSerialization, "no JSON can be made of it").with_source(error)
    })?;
    Ok(Value::from_safe_string(dumps(&plain, indent)))
}

/// What `{{ value }}` prints, where Python and Rust differ.
fn printed(value: &Value) -> Result<String, Error> {
    use minijinja::value::ValueKind;
    Ok(match value.kind() {
        ValueKind::None => "None".to_owned(),
        ValueKind::Bool if value.is_true() => "True".to_owned(),
        ValueKind::Bool => "False".to_owned(),
        ValueKind::Number if !value.is_integer() => repr(f64::try_from(value.clone())?),
        _ => value.to_string(),
    })
}

/// `{% generation %}` marks what the assistant wrote, for Python's masks; it prints nothing and is unknown here.
fn without_generation_marks(source: &str) -> String {
    let mut text = source.to_owned();
    for (mark, stands_for) in [("generation", "if true"), ("endgeneration", "endif")] {
        for open in ["{%-", "{%+", "{%"] {
            for close in ["-%}", "+%}", "%}"] {
                for space in [" ", ""] {
                    let from = format!("{open}{space}{mark}{space}{close}");
                    text = text.replace(&from, &format!("{open} {stands_for} {close}"));
                }
            }
        }
    }
    text
}

/// An error in one line: what, where, and what is behind it.
fn told(error: &Error) -> TokensError {
    let mut problem = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    if let Some(line) = error.line() {
        problem.push_str(&format!(" (line {line})"));
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        problem.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    TokensError::Template { problem }
}

#[cfg(test)]
mod tests {
    use bughound_core::ToolCall;

    use super::*;

    fn render(source: &str, messages: &[Message]) -> String {
        let variables = BTreeMap::from([("eos_token".to_owned(), "<e>".to_owned())]);
        let messages: Vec<&Message> = messages.iter().collect();
        let rendered = ChatTemplate::new(source, variables)
            .and_then(|it| it.render(&messages, false, &ChatOptions::default()));
        match rendered {
            Ok(text) => text,
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn templates_see_python() {
        let check = |source: &str, expect: &str| {
            let messages = [Message::user(" hi ")];
            assert_eq!(render(source, &messages), expect, "{source}");
        };
        check(
            "{{ none }}{{ true }}{{ 1.0 }}{{ 1e22 }}{{ 3 }}{{ x }}",
            "NoneTrue1.01e+223",
        );
        check("{{ eos_token }}", "<e>");
        check("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc");
        check("{{ messages[0].content.strip() }}|", "hi|");
        check("{{ messages[0]['content'] | trim }}", "hi");
        check(
            "{{ {'a': '<b>', 'c': [1, 2]} | tojson }}",
            "{\"a\": \"<b>\", \"c\": [1, 2]}",
        );
        check("{% generation %}x{% endgeneration %}", "x");
        check("{%- generation -%} x {%- endgeneration %} y", "x y");
        check(
            "{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}",
            "01",
        );
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let check = |source: &str, expect: &str| {
            let told = render(source, &[]);
            assert!(told.contains(expect), "{source}: {told}");
        };
        check(
            "{{ raise_exception('roles must alternate') }}",
            "it refuses: roles must alternate",
        );
        check(
            "{{ strftime_now('%Y') }}",
            "asks for the date, and none was given (line 1)",
        );
        check("\n\n{% if %}", "line 3");
        check(
            "{{ messages[0].content.nothing() }}",
            "error: chat template",
        );
        check(
            "{% for i in range(1000) %}{% for j in range(10000) %}{% for k in range(10000) %}x{% endfor %}{% endfor %}{% endfor %}",
            "fuel",
        );
        check("{% include 'other' %}", "error: chat template");
    }

    #[test]
    fn arguments_that_are_no_object_stay_text() {
        let call = |arguments: &str| ToolCall {
            id: "1".into(),
            name: "f".into(),
            arguments: arguments.into(),
        };
        let source =
            "{% for c in messages[0].tool_calls %}{{ c.function.arguments | tojson }};{% endfor %}";
        let message =
            Message::assistant("").with_calls(vec![call("{\"b\":1,\"a\":2}"), call("{oops")]);
        assert_eq!(
            render(source, &[message]),
            "{\"b\": 1, \"a\": 2};\"{oops\";"
        );
    }
}

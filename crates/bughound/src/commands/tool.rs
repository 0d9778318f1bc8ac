//! `bughound tool`: run a tool of those that policies search with.

use std::fmt::Write;
use std::sync::Arc;

use bughound_tools::{ALL_TOOLS, TOOL_SETS, Told, Tool, ToolContext, ToolError, ToolOutput};
use serde_json::{Map, Value, json};

use crate::args::{ReportFormat, ToolArgs};
use crate::exit::{Failure, Outcome};
use crate::output::plain::wrap;
use crate::output::{self, Terminal};
use crate::settings::{Settings, Target};

/// Lists the tools, or calls one and prints what a policy would see. A miss is told at standard output too,
/// and ends with "nothing found".
pub(crate) fn run(args: &ToolArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let Some(name) = args.name.as_deref().filter(|_| !args.list) else {
        list(args.format, settings.stdout)?;
        return Ok(Outcome::Found);
    };
    let Some(tool) = bughound_tools::tool(name) else {
        return Err(Failure::usage(format!("there is no tool `{name}`"))
            .hint("`bughound tool --list` lists them")
            .into());
    };
    let arguments = arguments(&args.arguments)?;
    let target = Target::resolve(&args.repo)?;
    let opened = target.open(settings)?;
    opened.warn_about_cache(settings);
    let history = if tool.needs_history() {
        opened.history(settings)
    } else {
        None
    };
    let mut context = ToolContext::new(Arc::new(opened.index));
    if let Some(history) = history {
        context = context.with_history(Arc::new(history));
    }
    match tool.call(&context, &arguments) {
        Ok(output) => {
            print(name, &output, args.format)?;
            Ok(Outcome::Found)
        }
        Err(error @ ToolError::Told(Told::WrongArguments { .. })) => {
            Err(Failure::usage(error.to_string()).into())
        }
        Err(ToolError::Told(told)) => {
            let output = ToolOutput {
                text: format!("{told}\n"),
                ..ToolOutput::default()
            };
            print(name, &output, args.format)?;
            Ok(Outcome::NothingFound)
        }
        Err(error @ ToolError::Fault { .. }) => {
            Err(Failure::infrastructure(error.to_string()).into())
        }
    }
}

/// `key=value` pairs as an object of strings (tools read numbers out of them), or one JSON object.
fn arguments(typed: &[String]) -> anyhow::Result<Value> {
    if let [only] = typed
        && only.trim_start().starts_with('{')
    {
        return serde_json::from_str(only).map_err(|error| {
            Failure::usage(format!("the arguments are no JSON object: {error}"))
                .hint("write them as key=value, or quote the whole object for the shell")
                .into()
        });
    }
    let mut object = Map::new();
    for pair in typed {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`{pair}` is no argument of a tool"))
                .hint("write key=value, for example function=main; `bughound tool --list` lists the keys")
                .into());
        };
        if object
            .insert(key.to_owned(), Value::String(value.to_owned()))
            .is_some()
        {
            return Err(Failure::usage(format!("`{key}` is given twice")).into());
        }
    }
    Ok(Value::Object(object))
}

fn print(name: &str, output: &ToolOutput, format: ReportFormat) -> anyhow::Result<()> {
    match format {
        ReportFormat::Text if output.text.ends_with('\n') || output.text.is_empty() => {
            output::print(&output.text)
        }
        ReportFormat::Text => output::print(&format!("{}\n", output.text)),
        ReportFormat::Json => output::print_json(&json!({
            "version": 1,
            "tool": name,
            "text": output.text,
            "left_out": output.n_left_out,
            "shown": output.shown,
            "ends_episode": output.ends_episode,
        })),
    }
}

fn list(format: ReportFormat, terminal: Terminal) -> anyhow::Result<()> {
    if format == ReportFormat::Json {
        let tools: Vec<Value> = ALL_TOOLS.iter().map(|tool| tool.declaration()).collect();
        let names = |tools: &[&dyn Tool]| tools.iter().map(|tool| tool.name()).collect::<Vec<_>>();
        let sets: Vec<Value> = TOOL_SETS
            .iter()
            .map(|set| json!({ "name": set.name, "purpose": set.purpose, "tools": names(set.tools) }))
            .collect();
        return output::print_json(&json!({ "version": 1, "tools": tools, "sets": sets }));
    }
    let (bold, name_style, dim) = (terminal.bold(), terminal.name(), terminal.dim());
    let mut out = String::new();
    for tool in ALL_TOOLS {
        let keys: String = keys(&tool.arguments_schema())
            .iter()
            .map(|key| format!(" {key}"))
            .collect();
        let _ = writeln!(out, "{name_style}{}{name_style:#}{keys}", tool.name());
        for line in wrap(tool.description(), terminal.width.saturating_sub(4)) {
            let _ = writeln!(out, "    {dim}{line}{dim:#}");
        }
    }
    for set in TOOL_SETS {
        let names: Vec<&str> = set.tools.iter().map(|tool| tool.name()).collect();
        let text = format!("{}: {}", set.purpose, names.join(", "));
        let _ = writeln!(out, "\n{bold}set {}{bold:#}", set.name);
        for line in wrap(&text, terminal.width.saturating_sub(4)) {
            let _ = writeln!(out, "    {dim}{line}{dim:#}");
        }
    }
    output::print(&out)
}

/// The keys of a tool, optional ones in brackets: `file=string [start=integer]`.
fn keys(schema: &Value) -> Vec<String> {
    let is_required = |key: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|keys| keys.iter().any(|it| it == key))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(key, property)| {
            let kind = match &property["type"] {
                Value::String(kind) => kind.as_str(),
                Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("value"),
                _ => "value",
            };
            if is_required(key) {
                format!("{key}={kind}")
            } else {
                format!("[{key}={kind}]")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_pairs_or_json() {
        let check = |typed: &[&str], expect: Result<Value, &str>| {
            let typed: Vec<String> = typed.iter().map(ToString::to_string).collect();
            match (arguments(&typed), expect) {
                (Ok(read), Ok(expect)) => assert_eq!(read, expect),
                (Err(error), Err(expect)) => assert!(error.to_string().contains(expect), "{error}"),
                (read, expect) => panic!("{typed:?}: {read:?}, not {expect:?}"),
            }
        };
        check(&[], Ok(json!({})));
        check(
            &["a=1", "b=x=y", "c="],
            Ok(json!({ "a": "1", "b": "x=y", "c": "" })),
        );
        check(&[r#"{"a": 1}"#], Ok(json!({ "a": 1 })));
        check(&["a"], Err("`a` is no argument"));
        check(&["a=1", "a=2"], Err("given twice"));
        check(&["{a}"], Err("no JSON object"));
    }

    #[test]
    fn keys_show_what_is_optional() {
        let schema = json!({
            "properties": { "file": { "type": "string" }, "start": { "type": ["integer", "null"] } },
            "required": ["file"]
        });
        assert_eq!(keys(&schema), ["file=string", "[start=integer]"]);
    }
}

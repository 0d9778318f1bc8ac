//! Conversations in the terms of OpenAI-compatible servers, one JSON line each, as programs for supervised
//! fine-tuning read them: `messages`, and `tools` where any were declared.

use std::collections::BTreeSet;

use bughound_core::Role;
use serde_json::{Map, Value, json};

use super::ExportFilter;
use crate::{Trace, TraceMessage};

/// The conversations of an episode, stage after stage.
///
/// `declaration` gives the declaration of a tool by its name, for traces that hold names alone. Messages that
/// an assistant is made to say by the environment (demonstrations) have `"weight": 0`.
pub fn openai_lines(
    trace: &Trace,
    filter: &ExportFilter,
    declaration: &dyn Fn(&str) -> Option<Value>,
) -> Vec<Value> {
    let in_text = calls_in_text(trace);
    filter
        .stages(trace)
        .map(|stage| {
            let messages = stage.messages.iter().enumerate();
            let messages = messages.map(|(at, message)| openai(message, in_text.contains(&at)));
            let mut line = Map::new();
            line.insert("messages".to_owned(), messages.collect());
            let tools = tool_declarations(trace, &stage.tools, declaration);
            if !tools.is_empty() {
                line.insert("tools".to_owned(), Value::Array(tools));
            }
            Value::Object(line)
        })
        .collect()
}

/// The declarations of tools: those that the trace holds, else those that `declaration` knows.
pub fn tool_declarations(
    trace: &Trace,
    names: &[String],
    declaration: &dyn Fn(&str) -> Option<Value>,
) -> Vec<Value> {
    let own = trace.extra.get("tools").and_then(Value::as_array);
    let of_trace = |name: &str| {
        let is_it = |tool: &&Value| {
            tool.get("function")
                .unwrap_or(tool)
                .get("name")?
                .as_str()
                .map(|n| n == name)
        };
        own?.iter()
            .find(|tool| is_it(tool).unwrap_or(false))
            .cloned()
    };
    names
        .iter()
        .filter_map(|name| of_trace(name).or_else(|| declaration(name)))
        .collect()
}

/// Numbers of imported messages whose calls stand in their texts, too.
fn calls_in_text(trace: &Trace) -> BTreeSet<usize> {
    let numbers = trace.extra.get("calls_in_text").and_then(Value::as_array);
    let numbers = numbers.into_iter().flatten().filter_map(Value::as_u64);
    numbers.filter_map(|n| usize::try_from(n).ok()).collect()
}

fn openai(traced: &TraceMessage, in_text: bool) -> Value {
    let message = &traced.message;
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("role", message.role.name().into());
    set("content", message.content.as_str().into());
    if let Some(reasoning) = &message.reasoning {
        set("reasoning_content", reasoning.as_str().into());
    }
    if !message.tool_calls.is_empty() && !in_text {
        let calls = message.tool_calls.iter().map(|call| {
            json!({
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            })
        });
        set("tool_calls", calls.collect());
    }
    if let Some(id) = &message.tool_call_id {
        set("tool_call_id", id.as_str().into());
    }
    if message.role == Role::Assistant && traced.reply.is_none() {
        set("weight", 0.into());
    }
    Value::Object(fields)
}

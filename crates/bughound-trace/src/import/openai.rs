//! Conversations in the terms of OpenAI-compatible servers (`role`, `content`, `tool_calls`), or as data sets for
//! fine-tuning have them (`from`, `value`): one list of messages, or objects that hold one beside other fields.
//!
//! Calls are read where they are fields, and where they stand in the text in a markup of their own
//! (`<function=…>`, `<tool_call>`).

use bughound_core::{FinishReason, MalformedCall, Message, Role, ToolCall};
use serde_json::{Map, Value};

use super::ImportFormat;
use super::content::{leftovers, number, take_list, take_object, take_text, text_of};
use super::conversation::Conversation;
use super::end_status::end_of_status;
use super::mini_swe_agent::usage_of;
use super::record::{Record, issue_in};
use super::text_calls::marked_calls;
use crate::{CallOutcome, EndReason, PolicyRecord, Reply, TaskRecord, Trace};

/// Names of the field that holds the conversation.
const CONVERSATIONS: [&str; 5] = [
    "messages",
    "conversations",
    "conversation",
    "trajectory",
    "history",
];

/// Names of the field that holds a message's text.
const TEXTS: [&str; 4] = ["content", "value", "text", "system_prompt"];

pub(crate) fn is_like(value: &Value) -> bool {
    match value {
        Value::Array(items) => is_conversation(items),
        Value::Object(fields) => CONVERSATIONS.iter().any(|name| match fields.get(*name) {
            Some(Value::Array(items)) => is_conversation(items),
            Some(Value::String(text)) => text.trim_start().starts_with('['),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a list is one of messages.
pub(crate) fn is_conversation(items: &[Value]) -> bool {
    let says_who = |item: &Value| {
        let who = item.get("role").or_else(|| item.get("from"));
        who.is_some_and(Value::is_string)
    };
    !items.is_empty() && items.iter().all(says_who)
}

pub(crate) fn import(value: Value, stem: &str) -> Result<Trace, String> {
    let mut log = match value {
        Value::Object(log) => log,
        messages @ Value::Array(_) => Map::from_iter([("messages".to_owned(), messages)]),
        _ => return Err("no conversation: neither an object nor a list".to_owned()),
    };
    let messages = CONVERSATIONS
        .iter()
        .find_map(|name| take_list(&mut log, name));
    let Some(messages) = messages.filter(|messages| !messages.is_empty()) else {
        return Err(format!(
            "no conversation: it has none of the lists {}",
            CONVERSATIONS.join(", ")
        ));
    };
    let mut conversation = Conversation::default();
    let system = take_text(&mut log, "system").filter(|text| !text.is_empty());
    if let Some(system) = system {
        conversation.environment(Message::system(system), 0);
    }
    add_messages(&mut conversation, messages)?;

    let mut text = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| take_text(&mut log, name))
            .filter(|text| !text.is_empty())
    };
    let task = TaskRecord {
        instance_id: text(&["instance_id", "task_id", "id", "traj_id"])
            .unwrap_or_else(|| stem.to_owned()),
        repo: text(&["repo"]).unwrap_or_default(),
        base_commit: text(&["base_commit"]).unwrap_or_default(),
        issue: text(&["problem_statement"])
            .unwrap_or_else(|| issue_in(conversation.first_request()).to_owned()),
    };
    let model = text(&["model", "model_name", "model_name_or_path"]);
    // `patch` alone may well be the right one, of the task.
    let patch = text(&["model_patch", "generated_patch", "submission"]);
    let status = log
        .get("exit_status")
        .and_then(Value::as_str)
        .and_then(end_of_status);
    let exits = conversation
        .last_call()
        .is_some_and(|call| matches!(call.name.as_str(), "exit" | "finish" | "submit"));
    let end = status.unwrap_or(if exits {
        EndReason::Exit
    } else if conversation.ends_with_answer() {
        EndReason::Answered
    } else {
        EndReason::Cancelled
    });
    let fault = end
        .is_fault()
        .then(|| match log.get("exit_status").and_then(Value::as_str) {
            Some(status) => status.to_owned(),
            None => "the log does not end with the policy's word".to_owned(),
        });
    let reward = match log.get("resolved") {
        Some(Value::Bool(resolved)) => Some(("resolved", f64::from(u8::from(*resolved)))),
        _ => number(&log, &["reward"]).map(|value| ("reward", value)),
    };
    let tools = take_list(&mut log, "tools").unwrap_or_default();
    Ok(Record {
        format: ImportFormat::OpenAi,
        task,
        policy: PolicyRecord {
            name: "unknown".to_owned(),
            model,
            settings: Map::new(),
        },
        conversation,
        tools,
        end,
        fault,
        patch,
        cost_usd: number(&log, &["cost"]).or_else(|| number(&log, &["instance_cost"])),
        reward,
        extra: leftovers(log),
    }
    .into_trace())
}

/// Adds messages in their order.
pub(crate) fn add_messages(
    conversation: &mut Conversation,
    messages: Vec<Value>,
) -> Result<(), String> {
    for message in messages {
        add_message(conversation, message)?;
    }
    Ok(())
}

fn add_message(conversation: &mut Conversation, value: Value) -> Result<(), String> {
    let n = conversation.messages.len() + 1;
    let Value::Object(mut fields) = value else {
        return Err(format!("message {n} is no object"));
    };
    let who = take_text(&mut fields, "role").or_else(|| take_text(&mut fields, "from"));
    let who = who.unwrap_or_default();
    let Some(role) = role_of(&who) else {
        return Err(format!("message {n} has the role `{who}`"));
    };
    let content = TEXTS.iter().find_map(|name| match fields.get(*name)? {
        Value::Null => None,
        _ => fields.shift_remove(*name),
    });
    let (content, parts) = text_of(content.unwrap_or_default());
    let mut message = Message::new(role, content);
    match role {
        Role::Assistant => add_reply(conversation, message, &mut fields, who == "function_call"),
        Role::System => conversation.environment(message, 0),
        Role::User | Role::Tool => {
            message.tool_call_id = take_text(&mut fields, "tool_call_id");
            conversation.result(message, CallOutcome::Ok, 0);
        }
    }
    if let Some(parts) = parts {
        fields.insert("content".to_owned(), parts);
    }
    conversation.keep(leftovers(fields));
    Ok(())
}

fn add_reply(
    conversation: &mut Conversation,
    mut message: Message,
    fields: &mut Map<String, Value>,
    is_call: bool,
) {
    let mut reply = Reply::default();
    message.reasoning = ["reasoning_content", "reasoning", "thinking"]
        .iter()
        .find_map(|name| take_text(fields, name))
        .filter(|text| !text.is_empty());
    if let Some(usage) = take_object(fields, "usage") {
        reply.usage = Some(usage_of(&usage));
    }
    if let Some(finish) = take_text(fields, "finish_reason") {
        reply.finish = finish_reason(&finish);
    }
    message.tool_calls = tool_calls(fields, &mut reply.malformed);
    if !message.tool_calls.is_empty() {
        return conversation.reply(message, reply, 0);
    }
    let mut found = marked_calls(&message.content);
    if found.is_empty() && is_call {
        // The whole text is one call.
        found = marked_calls(&format!("<tool_call>{}</tool_call>", message.content));
        found.retain(Result::is_ok);
    }
    let mut calls = Vec::new();
    for call in found {
        match call {
            Ok(call) => calls.push(call),
            Err(text) => reply.malformed.push(MalformedCall {
                text,
                problem: "it looks like a call and cannot be read".to_owned(),
            }),
        }
    }
    conversation.reply_with_text_calls(message, calls, reply, 0);
}

/// The voice that a name stands for.
pub(crate) fn role_of(name: &str) -> Option<Role> {
    Some(match name {
        "system" | "developer" => Role::System,
        "user" | "human" => Role::User,
        "assistant" | "gpt" | "ai" | "model" | "bot" | "chatgpt" | "function_call" => {
            Role::Assistant
        }
        "tool" | "function" | "observation" | "function_response" | "ipython" => Role::Tool,
        _ => return None,
    })
}

/// The reason that a name stands for.
pub(crate) fn finish_reason(name: &str) -> FinishReason {
    match name {
        "stop" | "end_turn" | "stop_sequence" => FinishReason::Stop,
        "tool_calls" | "function_call" | "tool_use" => FinishReason::ToolCalls,
        "length" | "max_tokens" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

/// Takes the calls out of a message's fields: `tool_calls`, or the older `function_call`.
pub(crate) fn tool_calls(
    fields: &mut Map<String, Value>,
    malformed: &mut Vec<MalformedCall>,
) -> Vec<ToolCall> {
    let mut values = take_list(fields, "tool_calls").unwrap_or_default();
    if let Some(call) = take_object(fields, "function_call") {
        values.push(Value::Object(call));
    }
    let mut calls = Vec::with_capacity(values.len());
    for value in values {
        let function = value.get("function").unwrap_or(&value);
        let Some(name) = function.get("name").and_then(Value::as_str) else {
            malformed.push(MalformedCall {
                text: value.to_string(),
                problem: "the call has no name".to_owned(),
            });
            continue;
        };
        calls.push(ToolCall {
            id: value
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            name: name.to_owned(),
            arguments: match function
                .get("arguments")
                .or_else(|| function.get("parameters"))
            {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) | None => "{}".to_owned(),
                Some(other) => other.to_string(),
            },
        });
    }
    calls
}

//! tau-bench's results: one JSON array, each entry with `task_id`, `trial`, `reward`, `info` and `traj`, a conversation
//! in the terms of OpenAI-compatible servers. The user is a model, too; it ends the conversation.

use serde_json::{Map, Value};

use super::content::{leftovers, take_list, take_object};
use super::conversation::Conversation;
use super::openai::add_messages;
use super::record::Record;
use super::{ImportFormat, content};
use crate::{EndReason, PolicyRecord, TaskRecord, Trace};

pub(crate) fn is_like(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    has("task_id") && has("reward") && value.get("traj").is_some_and(Value::is_array)
}

pub(crate) fn import(value: Value) -> Result<Trace, String> {
    let Value::Object(mut log) = value else {
        return Err("no result of tau-bench: no object".to_owned());
    };
    let Some(messages) = take_list(&mut log, "traj") else {
        return Err("no result of tau-bench: it has no `traj`".to_owned());
    };
    let mut conversation = Conversation::default();
    add_messages(&mut conversation, messages)?;
    let mut info = take_object(&mut log, "info").unwrap_or_default();
    let error = info.get("error").and_then(Value::as_str).map(str::to_owned);
    let task = info.get("task").and_then(Value::as_object);
    let text = |name: &str| {
        let text = task.and_then(|task| task.get(name)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let id = log.get("task_id").map(|id| id.to_string().replace('"', ""));
    let task = TaskRecord {
        // The ids are numbers that every domain begins anew.
        instance_id: format!("{}-{}", domain(&conversation), id.unwrap_or_default()),
        issue: text("instruction"),
        ..TaskRecord::default()
    };
    let end = match (&error, conversation.messages.last()) {
        (Some(_), _) => EndReason::ToolFault,
        // The user has the last word, or the transfer to a person does.
        (None, Some(_)) => EndReason::Answered,
        (None, None) => EndReason::Cancelled,
    };
    let reward = content::number(&log, &["reward"]).map(|value| ("reward", value));
    // What the actions were checked against, and the task once more: it is in the trace already.
    info.shift_remove("task");
    let mut extra = leftovers(log);
    extra.extend(leftovers(info));
    Ok(Record {
        format: ImportFormat::TauBench,
        task,
        policy: PolicyRecord {
            name: "tau-bench".to_owned(),
            model: None,
            settings: Map::new(),
        },
        conversation,
        tools: Vec::new(),
        end,
        fault: error.or_else(|| end.is_fault().then(|| "the log is empty".to_owned())),
        patch: None,
        cost_usd: None,
        reward,
        extra,
    }
    .into_trace())
}

/// `airline` or `retail`: the policy that agents are given begins `# Airline Agent Policy`.
fn domain(conversation: &Conversation) -> String {
    let first = conversation
        .messages
        .first()
        .map_or("", |m| m.message.content.as_str());
    let heading = first.trim_start().strip_prefix("# ").unwrap_or_default();
    let word = heading.split_whitespace().next().unwrap_or("task");
    word.to_lowercase()
}

//! mini-swe-agent's `*.traj.json`: `info`, `messages` and `trajectory_format`; from version 1 the messages
//! alone. Commands are calls of `bash`, or (version 1, and its text-based models) stand in the text.

use bughound_core::{FinishReason, MalformedCall, Message, Role, ToolCall, Usage};
use serde_json::{Map, Value, json};

use super::ImportFormat;
use super::content::{
    count, leftovers, milliseconds, number, take_list, take_object, take_text, text_of,
};
use super::conversation::Conversation;
use super::end_status::end_of_status;
use super::openai::{finish_reason, role_of, tool_calls};
use super::record::{Record, issue_in};
use super::text_calls::{CommandStyle, commands};
use crate::{CallOutcome, EndReason, PolicyRecord, Reply, TaskRecord, Trace};

/// The words by which an agent says that it is done; the first versions wrote their own name before the rest.
const DONE: [&str; 2] = [
    "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
    "_SWE_AGENT_FINAL_OUTPUT",
];

pub(crate) fn is_like(value: &Value) -> bool {
    let format = value.get("trajectory_format").and_then(Value::as_str);
    if format.is_some_and(|format| format.starts_with("mini-swe-agent")) {
        return true;
    }
    let messages = value.get("messages").unwrap_or(value).as_array();
    let first = messages.into_iter().flatten().take(2);
    first
        .filter_map(|message| message.get("content")?.as_str())
        .any(says_done)
}

fn says_done(text: &str) -> bool {
    DONE.iter().any(|words| text.contains(words))
}

pub(crate) fn import(value: Value, stem: &str) -> Result<Trace, String> {
    let mut log = match value {
        Value::Object(log) => log,
        messages @ Value::Array(_) => Map::from_iter([("messages".to_owned(), messages)]),
        _ => {
            return Err("no trajectory of mini-swe-agent: neither an object nor a list".to_owned());
        }
    };
    let Some(messages) = take_list(&mut log, "messages") else {
        return Err("no trajectory of mini-swe-agent: it has no list `messages`".to_owned());
    };
    let mut info = take_object(&mut log, "info").unwrap_or_default();
    let config = info.get("config").cloned().unwrap_or_default();
    let has_calls = messages.iter().any(|message| {
        let calls = message.get("tool_calls").and_then(Value::as_array);
        calls.is_some_and(|calls| !calls.is_empty())
    });
    let mut reader = Reader {
        style: (!has_calls).then(|| command_style(&config, &messages)),
        start: messages.iter().find_map(timestamp).unwrap_or(0.0),
        at: 0,
        conversation: Conversation::default(),
        exit: None,
    };
    for message in messages {
        reader.message(message)?;
    }
    let Reader {
        mut conversation,
        exit,
        style,
        ..
    } = reader;
    let exit = exit.unwrap_or_default();
    let text = |fields: &Map<String, Value>, name: &str| {
        let text = fields.get(name).and_then(Value::as_str).unwrap_or("");
        (!text.is_empty()).then(|| text.to_owned())
    };
    let status = text(&info, "exit_status").or_else(|| text(&exit, "exit_status"));
    let is_done = conversation
        .last_call()
        .is_some_and(|call| says_done(&call.arguments));
    let end = match status.as_deref().and_then(end_of_status) {
        Some(EndReason::TokenLimit) if used_all_steps(&info, &config) => EndReason::TurnLimit,
        Some(end) => end,
        None if is_done => EndReason::Exit,
        None if conversation.ends_with_answer() => EndReason::Answered,
        None => EndReason::Cancelled,
    };
    let fault = end.is_fault().then(|| {
        text(&info, "exception_str")
            .or_else(|| text(&exit, "exception_str"))
            .or(status)
            .unwrap_or_else(|| "the log ends before the episode does".to_owned())
    });
    let patch = take_text(&mut info, "submission")
        .or_else(|| text(&exit, "submission"))
        .or_else(|| {
            // Without `info`, it is the last that was said.
            let last = conversation.messages.last().filter(|_| is_done)?;
            let said = &last.message.content;
            said.starts_with("diff --git").then(|| said.clone())
        })
        .filter(|patch| !patch.is_empty());
    let instance_id = take_text(&mut log, "instance_id").unwrap_or_else(|| stem.to_owned());
    let issue = issue_in(conversation.first_request()).to_owned();
    if let Some(calls) = count(&info, &["model_stats", "api_calls"]) {
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        conversation.spent.turns = conversation.spent.turns.max(calls);
    }
    let mut extra = leftovers(log);
    let cost_usd = number(&info, &["model_stats", "instance_cost"]);
    extra.extend(leftovers(info));
    Ok(Record {
        format: ImportFormat::MiniSweAgent,
        task: TaskRecord {
            instance_id,
            issue,
            ..TaskRecord::default()
        },
        policy: policy(&config),
        conversation,
        tools: if style.is_none() {
            vec![bash()]
        } else {
            Vec::new()
        },
        end,
        fault,
        patch,
        cost_usd,
        reward: None,
        extra,
    }
    .into_trace())
}

struct Reader {
    /// How commands stand in the text; `None` where they are calls.
    style: Option<CommandStyle>,
    /// Seconds.
    start: f64,
    at: u64,
    conversation: Conversation,
    /// What the message says that stands for the end.
    exit: Option<Map<String, Value>>,
}

impl Reader {
    fn message(&mut self, value: Value) -> Result<(), String> {
        let Value::Object(mut fields) = value else {
            return Err(format!(
                "message {} is no object",
                self.conversation.messages.len() + 1
            ));
        };
        let before = self.at;
        if let Some(time) = fields.get("extra").and_then(seconds) {
            self.at = milliseconds(time - self.start);
        }
        let role = take_text(&mut fields, "role").unwrap_or_default();
        let mut extra = take_object(&mut fields, "extra").unwrap_or_default();
        extra.shift_remove("timestamp");
        if role == "exit" {
            self.exit = Some(extra);
            return Ok(());
        }
        let Some(role) = role_of(&role) else {
            return Err(format!("a message has the role `{role}`"));
        };
        let (content, parts) = text_of(fields.shift_remove("content").unwrap_or_default());
        let mut message = Message::new(role, content);
        if role == Role::Assistant {
            self.reply(message, &mut fields, &mut extra, before);
        } else {
            message.tool_call_id = take_text(&mut fields, "tool_call_id");
            self.observation(message, &mut extra);
        }
        if let Some(parts) = parts {
            fields.insert("content".to_owned(), parts);
        }
        let extra = leftovers(extra);
        if !extra.is_empty() {
            fields.insert("extra".to_owned(), Value::Object(extra));
        }
        self.conversation.keep(leftovers(fields));
        Ok(())
    }

    fn reply(
        &mut self,
        mut message: Message,
        fields: &mut Map<String, Value>,
        extra: &mut Map<String, Value>,
        before: u64,
    ) {
        message.reasoning = take_text(fields, "reasoning_content").filter(|text| !text.is_empty());
        // These are the calls once more.
        extra.shift_remove("actions");
        let mut reply = Reply {
            milliseconds: self.at.saturating_sub(before),
            ..Reply::default()
        };
        if let Some(mut response) = take_object(extra, "response") {
            read_response(&mut response, &mut reply);
            let response = leftovers(response);
            if !response.is_empty() {
                extra.insert("response".to_owned(), Value::Object(response));
            }
        }
        let Some(style) = self.style else {
            message.tool_calls = tool_calls(fields, &mut reply.malformed);
            return self.conversation.reply(message, reply, self.at);
        };
        let found = commands(&message.content, style);
        let calls = match found.as_slice() {
            [command] => vec![ToolCall {
                id: String::new(),
                name: "bash".to_owned(),
                arguments: json!({ "command": command }).to_string(),
            }],
            _ => {
                reply.malformed.push(MalformedCall {
                    text: message.content.chars().take(400).collect(),
                    problem: format!("one command was expected, there are {}", found.len()),
                });
                Vec::new()
            }
        };
        self.conversation
            .reply_with_text_calls(message, calls, reply, self.at);
    }

    fn observation(&mut self, message: Message, extra: &mut Map<String, Value>) {
        if extra
            .get("interrupt_type")
            .is_some_and(|kind| kind == "FormatError")
        {
            // The reply that could not be read is not in the log.
            self.conversation.spent.malformed += 1;
            self.conversation.spent.turns += 1;
        }
        let raw = extra.get("raw_output").and_then(Value::as_str);
        if raw.is_some_and(|raw| message.content.contains(raw.trim())) {
            extra.shift_remove("raw_output");
        }
        let exception = extra
            .get("exception_info")
            .and_then(Value::as_str)
            .unwrap_or("");
        let outcome = match exception {
            "" => CallOutcome::Ok,
            "action was not executed" => CallOutcome::NotRun,
            _ => CallOutcome::Miss,
        };
        match message.role {
            Role::System => self.conversation.environment(message, self.at),
            _ => self.conversation.result(message, outcome, self.at),
        }
    }
}

/// Takes what a reply has a place for out of a raw response.
fn read_response(response: &mut Map<String, Value>, reply: &mut Reply) {
    if let Some(usage) = take_object(response, "usage") {
        reply.usage = Some(usage_of(&usage));
    }
    if let Some(choices) = take_list(response, "choices") {
        let finish = choices
            .first()
            .and_then(|choice| choice.get("finish_reason")?.as_str());
        reply.finish = finish.map_or(FinishReason::Other, finish_reason);
    }
    for name in ["object", "created"] {
        response.shift_remove(name);
    }
}

pub(crate) fn usage_of(usage: &Map<String, Value>) -> Usage {
    let first = |paths: &[&[&str]]| {
        paths
            .iter()
            .find_map(|path| count(usage, path))
            .unwrap_or(0)
    };
    Usage {
        prompt_tokens: first(&[&["prompt_tokens"], &["input_tokens"]]),
        cached_tokens: first(&[
            &["prompt_tokens_details", "cached_tokens"],
            &["prompt_cache_hit_tokens"],
            &["cache_read_input_tokens"],
        ]),
        completion_tokens: first(&[&["completion_tokens"], &["output_tokens"]]),
        reasoning_tokens: first(&[&["completion_tokens_details", "reasoning_tokens"]]),
        estimated: false,
    }
}

fn timestamp(message: &Value) -> Option<f64> {
    seconds(message.get("extra")?)
}

fn seconds(extra: &Value) -> Option<f64> {
    extra.get("timestamp")?.as_f64()
}

fn used_all_steps(info: &Map<String, Value>, config: &Value) -> bool {
    let limit = config
        .get("agent")
        .and_then(|agent| agent.get("step_limit")?.as_u64());
    let calls = count(info, &["model_stats", "api_calls"]);
    limit.is_some_and(|limit| limit > 0 && calls.is_some_and(|calls| calls >= limit))
}

/// Version 1 had commands in blocks called `bash`; later ones call them `mswea_bash_command`, or use elements of
/// that name.
fn command_style(config: &Value, messages: &[Value]) -> CommandStyle {
    const NAME: &str = "mswea_bash_command";
    let regex = ["model", "agent"]
        .iter()
        .find_map(|part| config.get(part)?.get("action_regex")?.as_str());
    let said = |text: &str| {
        let mut contents = messages.iter().filter_map(|m| m.get("content")?.as_str());
        contents.any(|content| content.contains(text))
    };
    let element = format!("<{NAME}>");
    if regex.is_some_and(|regex| regex.contains(&element)) || regex.is_none() && said(&element) {
        CommandStyle::Element(NAME)
    } else if regex.is_some_and(|regex| regex.contains(NAME)) || regex.is_none() && said(NAME) {
        CommandStyle::Fence(NAME)
    } else {
        CommandStyle::Fence("bash")
    }
}

fn policy(config: &Value) -> PolicyRecord {
    let model = config.get("model").and_then(Value::as_object);
    let mut settings = Map::new();
    if let Some(kwargs) = model.and_then(|model| model.get("model_kwargs")?.as_object()) {
        settings = leftovers(kwargs.clone());
    }
    PolicyRecord {
        name: "mini-swe-agent".to_owned(),
        model: model.and_then(|model| Some(model.get("model_name")?.as_str()?.to_owned())),
        settings,
    }
}

/// The one tool that the agent declares.
fn bash() -> Value {
    json!({
        "type": "function",
        "function": {
            "name": "bash",
            "description": "Execute a bash command",
            "parameters": {
                "type": "object",
                "properties": {
                    "command": {"type": "string", "description": "The bash command to execute"}
                },
                "required": ["command"],
            },
        }
    })
}

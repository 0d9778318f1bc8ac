//! SWE-agent's `*.traj`: `trajectory` (one step per reply), `history` (the messages), `info`, and from version 1
//! on `replay_config`. Actions are calls, or one shell command that stands in the text.

use bughound_core::{MalformedCall, Message, Role, ToolCall, Usage};
use serde_json::{Map, Value, json};

use super::ImportFormat;
use super::content::{count, leftovers, number, take_list, take_object, take_text, text_of};
use super::conversation::Conversation;
use super::end_status::end_of_status;
use super::openai::{role_of, tool_calls};
use super::record::{Record, issue_in};
use crate::{CallOutcome, EndReason, PolicyRecord, Reply, TaskRecord, Trace};

pub(crate) fn is_like(value: &Value) -> bool {
    let is_list = |name: &str| value.get(name).is_some_and(Value::is_array);
    let has_steps = value
        .get("trajectory")
        .and_then(|steps| steps.get(0)?.get("action"))
        .is_some();
    has_steps || is_list("history") && (is_list("trajectory") || value.get("messages").is_none())
}

pub(crate) fn import(value: Value, stem: &str) -> Result<Trace, String> {
    let Value::Object(mut log) = value else {
        return Err("no trajectory of SWE-agent: no object".to_owned());
    };
    let steps = take_list(&mut log, "trajectory").unwrap_or_default();
    let history = take_list(&mut log, "history").unwrap_or_default();
    if steps.is_empty() && history.is_empty() {
        return Err(
            "no trajectory of SWE-agent: it has neither `trajectory` nor `history`".to_owned(),
        );
    }
    let mut info = take_object(&mut log, "info").unwrap_or_default();
    let config = take_object(&mut log, "replay_config").unwrap_or_default();
    let mut reader = Reader {
        steps: steps.into_iter().map(Step::of).collect(),
        next_step: 0,
        at: 0,
        conversation: Conversation::default(),
    };
    for message in history {
        reader.message(message)?;
    }
    reader.remaining_steps();
    let mut conversation = reader.conversation;

    let status = info
        .get("exit_status")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let submits = conversation
        .last_call()
        .is_some_and(|call| call.name == "submit" || is_command(call, "submit"));
    let end = match status.as_deref().and_then(end_of_status) {
        Some(end) => end,
        None if submits => EndReason::Exit,
        None if conversation.ends_with_answer() => EndReason::Answered,
        None => EndReason::Cancelled,
    };
    let fault = end
        .is_fault()
        .then(|| status.unwrap_or_else(|| "the log ends before the episode does".to_owned()));
    let stats = |name: &str| count(&info, &["model_stats", name]);
    if let Some(prompt_tokens) = stats("tokens_sent") {
        conversation.spent.usage = Usage {
            prompt_tokens,
            completion_tokens: stats("tokens_received").unwrap_or(0),
            ..Usage::default()
        };
    }
    let cost_usd = number(&info, &["model_stats", "instance_cost"]);
    let patch = take_text(&mut info, "submission").filter(|patch| !patch.trim().is_empty());
    let task = task(&config, &conversation, stem);
    let policy = policy(&config);
    let tools = declarations(&config);
    let mut extra = leftovers(log);
    extra.extend(leftovers(info));
    if !config.is_empty() {
        extra.insert("replay_config".to_owned(), Value::Object(leftovers(config)));
    }
    Ok(Record {
        format: ImportFormat::SweAgent,
        task,
        policy,
        conversation,
        tools,
        end,
        fault,
        patch,
        cost_usd,
        reward: None,
        extra,
    }
    .into_trace())
}

/// One reply and what came of it.
struct Step {
    action: String,
    response: String,
    observation: String,
    seconds: f64,
    /// What else it says: the state of the environment.
    rest: Map<String, Value>,
}

impl Step {
    fn of(value: Value) -> Self {
        let mut fields = match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        // The same messages again, which make up most of the file.
        for name in ["messages", "query", "thought"] {
            fields.shift_remove(name);
        }
        let seconds = number(&fields, &["execution_time"]).unwrap_or(0.0);
        fields.shift_remove("execution_time");
        let response = fields.shift_remove("response").unwrap_or_default();
        Self {
            action: take_text(&mut fields, "action").unwrap_or_default(),
            response: text_of(response).0,
            observation: take_text(&mut fields, "observation").unwrap_or_default(),
            seconds,
            rest: leftovers(fields),
        }
    }
}

struct Reader {
    steps: Vec<Step>,
    next_step: usize,
    at: u64,
    conversation: Conversation,
}

impl Reader {
    fn message(&mut self, value: Value) -> Result<(), String> {
        let n = self.conversation.messages.len() + 1;
        let Value::Object(mut fields) = value else {
            return Err(format!("message {n} of the history is no object"));
        };
        let role = take_text(&mut fields, "role").unwrap_or_default();
        let Some(role) = role_of(&role) else {
            return Err(format!("message {n} of the history has the role `{role}`"));
        };
        let (content, parts) = text_of(fields.shift_remove("content").unwrap_or_default());
        let mut message = Message::new(role, content);
        let is_demo = fields.get("is_demo").is_some_and(|flag| flag == true);
        let ids = take_list(&mut fields, "tool_call_ids").unwrap_or_default();
        message.tool_call_id = ids.first().and_then(|id| Some(id.as_str()?.to_owned()));
        let mut seconds = None;
        match role {
            Role::Assistant if !is_demo && is_exit(&fields) => {
                // The agent's own note that it stops, in the policy's voice.
                self.step_of(&message.content, &fields);
                self.conversation.environment(message, self.at);
            }
            Role::Assistant if !is_demo => {
                let step = self.step_of(&message.content, &fields);
                self.reply(message, &mut fields, step);
                if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
                    fields.extend(std::mem::take(&mut step.rest));
                }
            }
            Role::User | Role::Tool if !is_demo && self.conversation.is_waiting() => {
                let step = self
                    .next_step
                    .checked_sub(1)
                    .and_then(|at| self.steps.get(at));
                seconds = step.map(|step| step.seconds);
                self.at += micros(seconds.unwrap_or(0.0)) / 1000;
                self.conversation.result(message, CallOutcome::Ok, self.at);
            }
            _ => self.conversation.environment(message, self.at),
        }
        if let Some(seconds) = seconds {
            self.conversation.last_call_took(micros(seconds));
        }
        // The reply taken apart.
        for name in ["thought", "action", "message_type", "cache_control"] {
            fields.shift_remove(name);
        }
        if fields
            .get("agent")
            .is_some_and(|name| name == "main" || name == "primary")
        {
            fields.shift_remove("agent");
        }
        if let Some(parts) = parts {
            fields.insert("content".to_owned(), parts);
        }
        self.conversation.keep(leftovers(fields));
        Ok(())
    }

    /// The step that a message of the policy belongs to: steps that the history leaves out are passed over.
    fn step_of(&mut self, content: &str, fields: &Map<String, Value>) -> Option<usize> {
        let action = fields.get("action").and_then(Value::as_str).map(str::trim);
        let fits = |step: &Step| {
            step.response.trim() == content.trim()
                || action.is_some_and(|action| step.action.trim() == action)
        };
        let at = (self.next_step..self.steps.len()).find(|&at| fits(&self.steps[at]))?;
        self.next_step = at + 1;
        Some(at)
    }

    fn reply(
        &mut self,
        mut message: Message,
        fields: &mut Map<String, Value>,
        step: Option<usize>,
    ) {
        let mut reply = Reply::default();
        message.reasoning = thoughts(fields);
        message.tool_calls = tool_calls(fields, &mut reply.malformed);
        if !message.tool_calls.is_empty() {
            return self.conversation.reply(message, reply, self.at);
        }
        let action = take_text(fields, "action")
            .or_else(|| Some(self.steps.get(step?)?.action.clone()))
            .unwrap_or_default();
        self.text_reply(message, &action, reply);
    }

    fn text_reply(&mut self, message: Message, action: &str, mut reply: Reply) {
        let calls = match action.trim() {
            "" => {
                reply.malformed.push(MalformedCall {
                    text: message.content.chars().take(400).collect(),
                    problem: "no action could be read".to_owned(),
                });
                Vec::new()
            }
            action => vec![ToolCall {
                id: String::new(),
                name: "bash".to_owned(),
                arguments: json!({ "command": action }).to_string(),
            }],
        };
        self.conversation
            .reply_with_text_calls(message, calls, reply, self.at);
    }

    /// Steps that the history does not hold: mostly the last one.
    fn remaining_steps(&mut self) {
        for at in self.next_step..self.steps.len() {
            let step = std::mem::replace(&mut self.steps[at], Step::of(Value::Null));
            if step.response.is_empty() && step.action.is_empty() || is_exit_action(&step.action) {
                continue;
            }
            let message = Message::assistant(step.response);
            self.text_reply(message, &step.action, Reply::default());
            self.conversation.keep(step.rest);
            if !step.observation.is_empty() {
                self.at += micros(step.seconds) / 1000;
                let message = Message::user(step.observation);
                self.conversation.result(message, CallOutcome::Ok, self.at);
                self.conversation.last_call_took(micros(step.seconds));
            }
        }
    }
}

/// Whether a message of the history says that the agent stops the episode.
fn is_exit(fields: &Map<String, Value>) -> bool {
    let action = fields.get("action").and_then(Value::as_str);
    action.is_some_and(is_exit_action)
}

/// What SWE-agent writes down as the action where it stops an episode itself; `exit_forfeit` is the policy's.
fn is_exit_action(action: &str) -> bool {
    let action = action.trim();
    action.starts_with("exit_")
        && action != "exit_forfeit"
        && action.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn micros(seconds: f64) -> u64 {
    super::content::milliseconds(seconds * 1000.0)
}

fn thoughts(fields: &mut Map<String, Value>) -> Option<String> {
    let blocks = fields.get("thinking_blocks")?.as_array()?;
    let texts = blocks
        .iter()
        .filter_map(|block| block.get("thinking")?.as_str());
    let text = texts.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn is_command(call: &ToolCall, name: &str) -> bool {
    serde_json::from_str::<Value>(&call.arguments)
        .ok()
        .and_then(|arguments| Some(arguments.get("command")?.as_str()?.trim() == name))
        .unwrap_or(false)
}

fn at<'a>(config: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(config.get(*first)?, |value, name| value.get(name))
}

fn text_at(config: &Map<String, Value>, path: &[&str]) -> Option<String> {
    let text = at(config, path)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn task(config: &Map<String, Value>, conversation: &Conversation, stem: &str) -> TaskRecord {
    let problem = |name| text_at(config, &["problem_statement", name]);
    let repo = |name| text_at(config, &["env", "repo", name]);
    TaskRecord {
        instance_id: problem("id").unwrap_or_else(|| stem.to_owned()),
        repo: repo("github_url")
            .or_else(|| repo("repo_name"))
            .unwrap_or_default(),
        base_commit: repo("base_commit").unwrap_or_default(),
        issue: problem("text").unwrap_or_else(|| issue_in(conversation.first_request()).to_owned()),
    }
}

fn policy(config: &Map<String, Value>) -> PolicyRecord {
    let mut settings = Map::new();
    for name in ["temperature", "top_p"] {
        if let Some(value) = at(config, &["agent", "model", name]).filter(|value| !value.is_null())
        {
            settings.insert(name.to_owned(), value.clone());
        }
    }
    PolicyRecord {
        name: "swe-agent".to_owned(),
        model: text_at(config, &["agent", "model", "name"]),
        settings,
    }
}

/// Declarations are in the log only where the configuration was written out.
fn declarations(config: &Map<String, Value>) -> Vec<Value> {
    at(config, &["agent", "tools", "function_calling_tools"])
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

//! A conversation that is put together message by message, with each result tied to its call.

use std::collections::VecDeque;

use bughound_core::{FinishReason, Message, Role, ToolCall};
use serde_json::{Map, Value};

use crate::{CallOutcome, CallRecord, Reply, Spent, TraceMessage};

/// A conversation in the making.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) messages: Vec<TraceMessage>,
    pub(crate) spent: Spent,
    /// What is kept of single messages, by their numbers.
    kept: Map<String, Value>,
    /// Calls that have no result yet: id and tool.
    waiting: VecDeque<(String, String)>,
    /// Whether the calls that wait stand in a text: results come in the user's voice then.
    waiting_for_user: bool,
    n_calls: usize,
    /// Messages whose calls were found in their texts, where they still stand.
    calls_in_text: Vec<Value>,
}

impl Conversation {
    /// What the environment says, results of calls left aside.
    pub(crate) fn environment(&mut self, message: Message, at: u64) {
        self.messages.push(TraceMessage::environment(message, at));
    }

    /// What the policy says. Calls without an id get one.
    pub(crate) fn reply(&mut self, mut message: Message, mut reply: Reply, at: u64) {
        if reply.finish == FinishReason::Stop && !message.tool_calls.is_empty() {
            reply.finish = FinishReason::ToolCalls;
        }
        self.waiting.clear();
        self.waiting_for_user = false;
        for call in &mut message.tool_calls {
            if call.id.is_empty() {
                call.id = format!("call-{}", self.n_calls);
            }
            self.n_calls += 1;
            self.waiting.push_back((call.id.clone(), call.name.clone()));
        }
        self.spent.turns += 1;
        self.spent.calls += u32::try_from(message.tool_calls.len()).unwrap_or(u32::MAX);
        if !reply.malformed.is_empty() {
            self.spent.malformed += 1;
        }
        if let Some(usage) = reply.usage {
            self.spent.usage += usage;
            self.spent.context_tokens = usage.total();
        }
        self.messages.push(TraceMessage {
            message,
            reply: Some(reply),
            call: None,
            at,
        });
    }

    /// [`Conversation::reply`] whose calls were read out of its text.
    pub(crate) fn reply_with_text_calls(
        &mut self,
        message: Message,
        calls: Vec<ToolCall>,
        reply: Reply,
        at: u64,
    ) {
        if !calls.is_empty() {
            self.calls_in_text.push(self.messages.len().into());
        }
        self.reply(message.with_calls(calls), reply, at);
        self.waiting_for_user = true;
    }

    /// What the environment says, which is the result of the call with the message's id, or else of the first
    /// call that waits for one. Without such a call it is just said.
    pub(crate) fn result(&mut self, mut message: Message, outcome: CallOutcome, at: u64) {
        let place = match &message.tool_call_id {
            _ if message.role == Role::User && !self.waiting_for_user => None,
            Some(id) => self.waiting.iter().position(|(waiting, _)| waiting == id),
            None => (!self.waiting.is_empty()).then_some(0),
        };
        let Some((id, tool)) = place.and_then(|place| self.waiting.remove(place)) else {
            return self.environment(message, at);
        };
        if message.role == Role::Tool {
            message.tool_call_id = Some(id);
        }
        let bytes = message.content.len() as u64;
        self.spent.tool_bytes += bytes;
        self.spent.calls_ok += u32::from(outcome == CallOutcome::Ok);
        self.messages.push(TraceMessage {
            message,
            reply: None,
            call: Some(CallRecord {
                tool,
                outcome,
                bytes,
                n_left_out: 0,
                shown: Vec::new(),
                microseconds: 0,
            }),
            at,
        });
    }

    /// Whether a call has no result yet.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// How long the call took whose result came last.
    pub(crate) fn last_call_took(&mut self, microseconds: u64) {
        if let Some(call) = self.messages.last_mut().and_then(|m| m.call.as_mut()) {
            call.microseconds = microseconds;
        }
    }

    /// Keeps fields of the message that was added last.
    pub(crate) fn keep(&mut self, fields: Map<String, Value>) {
        if let Some(at) = self.messages.len().checked_sub(1)
            && !fields.is_empty()
        {
            self.kept.insert(at.to_string(), Value::Object(fields));
        }
    }

    /// What is kept of messages, to be added to what is kept of the whole.
    pub(crate) fn take_extra(&mut self, extra: &mut Map<String, Value>) {
        if !self.calls_in_text.is_empty() {
            let numbers = std::mem::take(&mut self.calls_in_text);
            extra.insert("calls_in_text".to_owned(), Value::Array(numbers));
        }
        if !self.kept.is_empty() {
            let kept = std::mem::take(&mut self.kept);
            extra.insert("messages".to_owned(), Value::Object(kept));
        }
    }

    /// The first thing that a user says.
    pub(crate) fn first_request(&self) -> &str {
        self.messages
            .iter()
            .find(|m| m.message.role == Role::User)
            .map_or("", |m| m.message.content.as_str())
    }

    /// Whether the policy had the last word and called nothing.
    pub(crate) fn ends_with_answer(&self) -> bool {
        self.messages
            .last()
            .is_some_and(|last| last.reply.is_some() && last.message.tool_calls.is_empty())
    }

    /// The last call that the policy made.
    pub(crate) fn last_call(&self) -> Option<&ToolCall> {
        self.messages
            .iter()
            .rev()
            .find_map(|message| message.message.tool_calls.last())
    }
}

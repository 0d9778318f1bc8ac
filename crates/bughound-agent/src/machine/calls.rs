//! Calls: which of them are carried out, and what the policy is told about the others.

use bughound_core::{Message, ToolCall};
use bughound_trace::{CallOutcome, CallRecord, EndReason, TraceMessage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Episode, Phase};
use crate::event::{Effect, What};
use crate::observation::harmless;
use crate::protocol::Protocol;

/// A call of the current turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    call: ToolCall,
    /// `None` while its result is awaited.
    result: Option<CallResult>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct CallResult {
    record: CallRecord,
    text: String,
    ends_episode: bool,
}

impl Episode {
    /// The policy made calls; `malformed` says what is wrong with those that could not be read.
    pub(super) fn called(
        &mut self,
        protocol: &dyn Protocol,
        calls: Vec<ToolCall>,
        malformed: Vec<String>,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut pending = Vec::with_capacity(calls.len());
        let mut n_run = 0;
        for (index, call) in calls.into_iter().enumerate() {
            self.spent.calls = self.spent.calls.saturating_add(1);
            let result = match self.check(protocol, &call, n_run) {
                Ok(arguments) => {
                    n_run += 1;
                    effects.push(Effect::Call {
                        index,
                        tool: call.name.clone(),
                        arguments,
                    });
                    None
                }
                Err((outcome, text)) => Some(CallResult::told(&call, outcome, &text)),
            };
            pending.push(Pending { call, result });
        }
        if let Some(current) = &mut self.current {
            current.unread = malformed;
        }
        if effects.is_empty() {
            return self.end_turn(protocol, pending);
        }
        self.phase = Phase::Calling(pending);
        effects
    }

    /// Whether a call can be carried out: its arguments, or what the policy is told instead.
    fn check(
        &mut self,
        protocol: &dyn Protocol,
        call: &ToolCall,
        n_run: u32,
    ) -> Result<Value, (CallOutcome, String)> {
        let tools = protocol.tools();
        if !tools.has(&call.name) {
            let text = format!(
                "There is no tool `{}`. The tools are {}.",
                call.name,
                tools.names().join(", ")
            );
            return Err((CallOutcome::UnknownTool, text));
        }
        let arguments = read_arguments(&call.arguments)
            .map_err(|problem| (CallOutcome::WrongArguments, problem))?;
        let arguments = protocol
            .arguments(self.conversation(), &call.name, arguments)
            .map_err(|problem| (CallOutcome::Miss, problem))?;
        let most = self.max_calls_per_turn();
        let Some(current) = &mut self.current else {
            return Err((CallOutcome::NotRun, "The search is over.".to_owned()));
        };
        if n_run >= most {
            let calls = if most == 1 { "call is" } else { "calls are" };
            let text = format!(
                "This call was not carried out: {most} {calls} carried out in one turn. Make it again if you still \
                 need it."
            );
            return Err((CallOutcome::NotRun, text));
        }
        if !current.made.insert(one_line(&call.name, &arguments)) && !protocol.may_repeat() {
            let text = "You made this very call before; its result is above. Ask for something else, or call exit \
                        when you know enough.";
            return Err((CallOutcome::Repeated, text.to_owned()));
        }
        Ok(arguments)
    }

    /// A tool answered.
    pub(super) fn returned(
        &mut self,
        protocol: &dyn Protocol,
        mut pending: Vec<Pending>,
        what: What,
    ) -> Vec<Effect> {
        let What::Returned {
            index,
            outcome,
            text,
            n_left_out,
            shown,
            ends_episode,
            microseconds,
        } = what
        else {
            self.phase = Phase::Calling(pending);
            return Vec::new();
        };
        if let Some(awaited) = pending.get_mut(index)
            && awaited.result.is_none()
        {
            if outcome == CallOutcome::Fault {
                let tool = awaited.call.name.clone();
                self.fail(EndReason::ToolFault, format!("{tool}: {text}"));
                return Vec::new();
            }
            let record = CallRecord {
                tool: awaited.call.name.clone(),
                outcome,
                bytes: text.len() as u64,
                n_left_out,
                shown,
                microseconds,
            };
            awaited.result = Some(CallResult {
                record,
                text: harmless(&text),
                ends_episode,
            });
        }
        if pending.iter().any(|call| call.result.is_none()) {
            self.phase = Phase::Calling(pending);
            return Vec::new();
        }
        self.end_turn(protocol, pending)
    }

    /// All calls of the turn have their results: they are handed over, in the order of the calls.
    fn end_turn(&mut self, protocol: &dyn Protocol, pending: Vec<Pending>) -> Vec<Effect> {
        let at = self.spent.milliseconds;
        let mut is_over = false;
        let mut any_sound = false;
        for Pending { call, result } in pending {
            let Some(result) = result else { continue };
            let outcome = result.record.outcome;
            any_sound |= matches!(outcome, CallOutcome::Ok | CallOutcome::Miss);
            is_over |= result.ends_episode;
            self.spent.calls_ok = self
                .spent
                .calls_ok
                .saturating_add(u32::from(outcome == CallOutcome::Ok));
            self.spent.tool_bytes = self.spent.tool_bytes.saturating_add(result.record.bytes);
            self.spent.context_tokens = self
                .spent
                .context_tokens
                .saturating_add(result.text.len() as u64 / 4);
            let text = match outcome {
                CallOutcome::Ok => protocol.observation(self.conversation(), result.text),
                _ => result.text,
            };
            self.push(TraceMessage {
                message: Message::tool(call.id, text),
                reply: None,
                call: Some(result.record),
                at,
            });
        }
        let unread = match &mut self.current {
            Some(current) => std::mem::take(&mut current.unread),
            None => Vec::new(),
        };
        for problem in &unread {
            self.say(Message::user(format!(
                "A tool call could not be read: {problem}. Write it again."
            )));
        }
        if any_sound {
            if let Some(current) = &mut self.current {
                current.malformed_in_row = 0;
            }
            // A call that could not be read beside one that could is counted, and no more.
            self.spent.malformed = self
                .spent
                .malformed
                .saturating_add(u32::from(!unread.is_empty()));
        } else {
            self.note_malformed();
        }
        if is_over {
            return self.close(protocol, EndReason::Exit);
        }
        self.go_on(protocol)
    }
}

impl CallResult {
    /// The policy is told something in place of a result.
    fn told(call: &ToolCall, outcome: CallOutcome, text: &str) -> Self {
        Self {
            record: CallRecord {
                tool: call.name.clone(),
                outcome,
                bytes: text.len() as u64,
                n_left_out: 0,
                shown: Vec::new(),
                microseconds: 0,
            },
            text: harmless(text),
            ends_episode: false,
        }
    }
}

/// Arguments as an object. Nothing at all is an object without members; an object inside a string is meant well.
fn read_arguments(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let told = |problem: String| {
        format!(
            "The arguments are {problem}. Write them as one JSON object, as the tool's schema says."
        )
    };
    match serde_json::from_str(text) {
        Ok(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(Value::String(inner)) => match serde_json::from_str(&inner) {
            Ok(object @ Value::Object(_)) => Ok(object),
            _ => Err(told("a string".to_owned())),
        },
        Ok(_) => Err(told("no JSON object".to_owned())),
        Err(error) => Err(told(format!("no JSON ({error})"))),
    }
}

/// A call as one line in which the order of the arguments does not show.
fn one_line(tool: &str, arguments: &Value) -> String {
    let mut line = tool.to_owned();
    if let Value::Object(object) = arguments {
        let mut members: Vec<(&String, &Value)> = object.iter().collect();
        members.sort_by_key(|(name, _)| *name);
        for (name, value) in members {
            line.push_str(&format!(" {name}={value}"));
        }
    }
    line
}

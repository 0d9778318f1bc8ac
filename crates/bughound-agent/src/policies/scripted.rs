//! `scripted`: says what it was told to say, whatever it hears. For tests and measurements.

use bughound_core::{Completion, Message, ToolCall};
use bughound_trace::PolicyRecord;

use crate::event::{FaultKind, PolicyFault};
use crate::policy::{Policy, Request, Session, Start};

/// Says the same lines in every episode.
#[derive(Clone, Debug, Default)]
pub struct ScriptedPolicy {
    lines: Vec<Completion>,
}

impl ScriptedPolicy {
    /// A policy that says these, in this order.
    pub fn new(lines: Vec<Completion>) -> Self {
        Self { lines }
    }

    /// A line that is one call.
    pub fn call(name: &str, arguments: &serde_json::Value) -> Completion {
        Completion::of(Message::assistant("").with_calls(vec![ToolCall {
            id: String::new(),
            name: name.to_owned(),
            arguments: arguments.to_string(),
        }]))
    }

    /// A line that is only text.
    pub fn text(text: &str) -> Completion {
        Completion::of(Message::assistant(text))
    }
}

impl Policy for ScriptedPolicy {
    fn name(&self) -> &str {
        "scripted"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name().to_owned(),
            ..PolicyRecord::default()
        }
    }

    fn begin<'e>(&'e self, _: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Reader {
            lines: &self.lines,
            at: 0,
        })
    }
}

/// How far an episode has read.
struct Reader<'e> {
    lines: &'e [Completion],
    at: usize,
}

impl Session for Reader<'_> {
    fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
        let Some(line) = self.lines.get(self.at) else {
            return Err(PolicyFault {
                kind: FaultKind::Fault,
                message: format!("the script has only {} lines", self.lines.len()),
            });
        };
        let mut line = line.clone();
        for (index, call) in line.message.tool_calls.iter_mut().enumerate() {
            if call.id.is_empty() {
                call.id = format!("call_{}_{index}", self.at);
            }
        }
        self.at += 1;
        Ok(line)
    }
}

//! Policies that know beforehand what they will do: so many calls, one a turn, then `exit`.

use std::collections::VecDeque;

use bughound_agent::{Policy, PolicyFault, Request, Session, Start};
use bughound_core::{Completion, Message};
use bughound_sandbox::{Change, What};
use bughound_trace::PolicyRecord;
use serde_json::{Value, json};

use super::call;

/// Calls: tools and their arguments.
pub(crate) type Calls = Vec<(&'static str, Value)>;

/// Changes as calls of the tools that any policy has.
pub(crate) fn written(changes: Vec<Change>) -> Calls {
    let mut calls = Calls::new();
    for change in changes {
        let path = change.path.display().to_string();
        match change.what {
            What::File { bytes, executable } => {
                let content = String::from_utf8_lossy(&bytes).into_owned();
                calls.push(("write_file", json!({"file": path, "content": content})));
                if executable {
                    calls.push(("run_sh", json!({"command": format!("chmod +x '{path}'")})));
                }
            }
            _ => calls.push(("run_sh", json!({"command": format!("rm -rf '{path}'")}))),
        }
    }
    calls
}

/// Makes the same calls whatever it is told.
pub(crate) struct CallsPolicy {
    pub(crate) name: String,
    pub(crate) calls: Calls,
}

impl Policy for CallsPolicy {
    fn name(&self) -> &str {
        &self.name
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name.clone(),
            ..PolicyRecord::default()
        }
    }

    fn begin<'e>(&'e self, _: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Caller::of(&self.calls))
    }
}

/// A session that makes these calls.
pub(crate) struct Caller {
    left: VecDeque<(&'static str, Value)>,
    n: usize,
}

impl Caller {
    pub(crate) fn of(calls: &Calls) -> Self {
        Self {
            left: calls.iter().cloned().collect(),
            n: 0,
        }
    }
}

impl Session for Caller {
    fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
        self.n += 1;
        Ok(match self.left.pop_front() {
            Some((name, arguments)) => call(self.n, name, &arguments),
            None => Completion::of(Message::assistant("exit")),
        })
    }
}

//! `known-fix`: makes the change that is known to be right. Every task must give it the whole reward, or the environment is
//! broken.

use std::collections::{BTreeMap, VecDeque};

use bughound_agent::{FaultKind, Policy, PolicyFault, Request, Session, Start};
use bughound_core::{Completion, Message};
use bughound_sandbox::What;
use bughound_testbed::Prepared;
use bughound_trace::PolicyRecord;
use serde_json::{Value, json};

use super::call;

/// Writes the files of each task's known fix, then validates.
#[derive(Clone, Debug, Default)]
pub struct KnownFixPolicy {
    calls: BTreeMap<String, Vec<(&'static str, Value)>>,
}

impl KnownFixPolicy {
    /// A policy that knows the fixes of these tasks.
    pub fn new<'t>(tasks: impl IntoIterator<Item = &'t Prepared>) -> Self {
        let calls = tasks
            .into_iter()
            .map(|prepared| (prepared.task.recipe.id.clone(), fix(prepared)));
        Self {
            calls: calls.collect(),
        }
    }
}

/// The known fix as calls of the tools that any policy has.
fn fix(prepared: &Prepared) -> Vec<(&'static str, Value)> {
    let mut calls = Vec::new();
    for change in prepared.known_fix() {
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
    calls.push(("validate_and_build", json!({})));
    calls
}

impl Policy for KnownFixPolicy {
    fn name(&self) -> &str {
        "known-fix"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name().to_owned(),
            ..PolicyRecord::default()
        }
    }

    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e> {
        let calls = self.calls.get(start.instance_id);
        Box::new(Writer {
            is_known: calls.is_some(),
            left: calls.into_iter().flatten().cloned().collect(),
            n: 0,
        })
    }
}

struct Writer {
    is_known: bool,
    left: VecDeque<(&'static str, Value)>,
    n: usize,
}

impl Session for Writer {
    fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
        if !self.is_known {
            return Err(PolicyFault {
                kind: FaultKind::Fault,
                message: "no fix of this task is known".to_owned(),
            });
        }
        self.n += 1;
        Ok(match self.left.pop_front() {
            Some((name, arguments)) => call(self.n, name, &arguments),
            None => Completion::of(Message::assistant("exit")),
        })
    }
}

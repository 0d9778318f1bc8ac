//! `known-fix`: makes the change that is known to be right. Every task must give it the whole reward, or the environment is
//! broken.

use std::collections::BTreeMap;

use bughound_agent::{FaultKind, Policy, PolicyFault, Request, Session, Start};
use bughound_core::Completion;
use bughound_testbed::Prepared;
use bughound_trace::PolicyRecord;
use serde_json::json;

use super::calls::{Caller, Calls, written};

/// Writes the files of each task's known fix, then validates.
#[derive(Clone, Debug, Default)]
pub struct KnownFixPolicy {
    calls: BTreeMap<String, Calls>,
}

impl KnownFixPolicy {
    /// A policy that knows the fixes of these tasks.
    pub fn new<'t>(tasks: impl IntoIterator<Item = &'t Prepared>) -> Self {
        let calls = tasks.into_iter().map(|prepared| {
            let mut calls = written(prepared.known_fix());
            calls.push(("validate_and_build", json!({})));
            (prepared.task.recipe.id.clone(), calls)
        });
        Self {
            calls: calls.collect(),
        }
    }
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
        match self.calls.get(start.instance_id) {
            Some(calls) => Box::new(Caller::of(calls)),
            None => Box::new(Unknowing),
        }
    }
}

/// A task whose fix it was not told.
struct Unknowing;

impl Session for Unknowing {
    fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
        Err(PolicyFault {
            kind: FaultKind::Fault,
            message: "no fix of this task is known".to_owned(),
        })
    }
}

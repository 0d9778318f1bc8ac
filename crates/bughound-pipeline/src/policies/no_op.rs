//! `no-op`: changes nothing. No task may reward it.

use bughound_agent::{Policy, PolicyFault, Request, Session, Start};
use bughound_core::{Completion, Message};
use bughound_trace::PolicyRecord;
use serde_json::json;

use super::call;

/// Validates once, then gives up.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOpPolicy;

impl Policy for NoOpPolicy {
    fn name(&self) -> &str {
        "no-op"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name().to_owned(),
            ..PolicyRecord::default()
        }
    }

    fn begin<'e>(&'e self, _: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Idler)
    }
}

struct Idler;

impl Session for Idler {
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault> {
        Ok(match request.turn {
            0 => call(0, "validate_and_build", &json!({})),
            _ => Completion::of(Message::assistant("exit")),
        })
    }
}

//! `replay`: says again what was said in recorded traces. Tools are called anew, so a replay shows what has
//! changed around the policy.

use std::collections::BTreeMap;

use bughound_core::Completion;
use bughound_trace::{PolicyRecord, Trace};

use crate::event::{FaultKind, PolicyFault};
use crate::policy::{Policy, Request, Session, Start};

/// Says what the policies of some traces said, attempt by attempt.
#[derive(Clone, Debug, Default)]
pub struct ReplayPolicy {
    lines: BTreeMap<String, Vec<Completion>>,
    source: String,
}

impl ReplayPolicy {
    /// Replays these traces; `source` names where they came from, for the records.
    pub fn new<'t>(traces: impl IntoIterator<Item = &'t Trace>, source: &str) -> Self {
        let mut lines = BTreeMap::new();
        for trace in traces {
            let said = trace
                .messages()
                .filter_map(bughound_trace::TraceMessage::completion);
            lines.insert(trace.id(), said.collect());
        }
        Self {
            lines,
            source: source.to_owned(),
        }
    }

    /// The recorded episodes, as `instance#attempt`.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }
}

impl Policy for ReplayPolicy {
    fn name(&self) -> &str {
        "replay"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name().to_owned(),
            model: None,
            settings: serde_json::Map::from_iter([(
                "source".to_owned(),
                self.source.clone().into(),
            )]),
        }
    }

    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e> {
        let id = format!("{}#{}", start.instance_id, start.attempt);
        Box::new(Recorded {
            lines: self.lines.get(&id).map(|lines| lines.iter()),
            id,
        })
    }
}

struct Recorded<'e> {
    lines: Option<std::slice::Iter<'e, Completion>>,
    id: String,
}

impl Session for Recorded<'_> {
    fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
        let Some(lines) = &mut self.lines else {
            return Err(fault(format!("no episode {} was recorded", self.id)));
        };
        lines.next().cloned().ok_or_else(|| {
            fault(format!(
                "the recording of {} ends here: the episode no longer goes as it went",
                self.id
            ))
        })
    }
}

fn fault(message: String) -> PolicyFault {
    PolicyFault {
        kind: FaultKind::Fault,
        message,
    }
}

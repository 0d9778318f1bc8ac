//! `http`: a model behind an OpenAI-compatible server.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bughound_core::{Completion, Usage};
use bughound_llm::{ChatRequest, Client, Delta, LlmErrorKind, Sampling};
use bughound_tools::Toolbox;
use bughound_trace::PolicyRecord;
use serde_json::{Map, Value};

use super::pace::Pace;
use crate::event::{FaultKind, PolicyFault};
use crate::policy::{Policy, Request, Session, Start};

/// A model behind a server. It sees the conversation and nothing else.
pub struct HttpPolicy {
    client: Client,
    sampling: Sampling,
    /// Tokens and their log-probabilities are asked for.
    logprobs: bool,
    /// Further fields of requests, as they are.
    extra: Map<String, Value>,
    pace: Option<Pace>,
    /// Declarations of tool sets, by name: their schemas are worked out once.
    declared: Mutex<BTreeMap<&'static str, Arc<Vec<Value>>>>,
}

impl HttpPolicy {
    /// A policy that asks a client's model. Where `sampling` has no seed, each attempt has its own.
    pub fn new(client: Client, sampling: Sampling) -> Self {
        Self {
            client,
            sampling,
            logprobs: false,
            extra: Map::new(),
            pace: None,
            declared: Mutex::new(BTreeMap::new()),
        }
    }

    /// Asks for tokens and log-probabilities, which traces then hold.
    #[must_use]
    pub fn with_logprobs(mut self) -> Self {
        self.logprobs = true;
        self
    }

    /// Sends no more than so many requests a minute, over all episodes; repetitions of a request are not counted.
    #[must_use]
    pub fn with_requests_per_minute(mut self, requests: NonZeroU32) -> Self {
        self.pace = Some(Pace::per_minute(requests));
        self
    }

    /// Sends further fields with every request.
    #[must_use]
    pub fn with_extra(mut self, extra: Map<String, Value>) -> Self {
        self.extra = extra;
        self
    }

    fn declarations(&self, tools: &'static dyn Toolbox) -> Arc<Vec<Value>> {
        let mut declared = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        let declarations = declared
            .entry(tools.name())
            .or_insert_with(|| Arc::new(tools.declarations()));
        Arc::clone(declarations)
    }
}

impl Policy for HttpPolicy {
    fn name(&self) -> &str {
        "http"
    }

    fn record(&self) -> PolicyRecord {
        let settings = self.client.settings();
        let mut record = Map::new();
        record.insert("server".to_owned(), settings.server.to_string().into());
        record.insert("dialect".to_owned(), settings.dialect.name().into());
        if let Ok(Value::Object(sampling)) = serde_json::to_value(&self.sampling) {
            record.extend(sampling);
        }
        if self.logprobs {
            record.insert("logprobs".to_owned(), true.into());
        }
        if !self.extra.is_empty() {
            record.insert("extra".to_owned(), Value::Object(self.extra.clone()));
        }
        let refused = self.client.refused_fields();
        if !refused.is_empty() {
            record.insert("refused_by_server".to_owned(), refused.into());
        }
        PolicyRecord {
            name: self.name().to_owned(),
            model: Some(settings.model.clone()),
            settings: record,
        }
    }

    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Conversation {
            policy: self,
            start,
        })
    }

    fn cost_usd(&self, usage: &Usage) -> Option<f64> {
        self.client.cost(usage)
    }
}

struct Conversation<'e> {
    policy: &'e HttpPolicy,
    start: Start<'e>,
}

impl Session for Conversation<'_> {
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault> {
        let policy = self.policy;
        let tools = request.declared_tools.map_or_else(Vec::new, |tools| {
            policy.declarations(tools).as_ref().clone()
        });
        let chat = ChatRequest {
            sampling: Sampling {
                seed: policy.sampling.seed.or(Some(self.start.seed)),
                ..policy.sampling.clone()
            },
            logprobs: policy.logprobs,
            extra: policy.extra.clone(),
            ..request.chat(tools)
        };
        let deadline = Instant::now().checked_add(Duration::from_millis(request.milliseconds_left));
        if let Some(pace) = &policy.pace {
            pace.wait(self.start.cancel, deadline);
        }
        let mut on_delta = |delta: Delta| match delta {
            Delta::Text(text) => (request.on_text)(&text),
            Delta::Retry { reason, wait } => {
                let seconds = wait.as_secs_f64();
                (request.on_note)(&format!("{reason}; again in {seconds:.1} s"));
            }
            Delta::Without { field } => {
                (request.on_note)(&format!(
                    "the server does not know `{field}`; going on without it"
                ));
            }
            Delta::Reasoning(_) | Delta::Call { .. } | Delta::Arguments { .. } => {}
        };
        policy
            .client
            .complete(&chat, &mut on_delta, self.start.cancel, deadline)
            .map_err(|error| PolicyFault {
                kind: match error.kind() {
                    LlmErrorKind::Cancelled => FaultKind::Cancelled,
                    LlmErrorKind::Deadline => FaultKind::TimeOut,
                    LlmErrorKind::ContextTooLong { .. } => FaultKind::ContextTooLong,
                    _ => FaultKind::Fault,
                },
                message: error.to_string(),
            })
    }
}

//! `local`: a model that runs in this process.

use std::time::{Duration, Instant};

use bughound_agent::{FaultKind, Policy, PolicyFault, Purpose, Request, Session, Start};
use bughound_core::{Completion, FinishReason, Message, Role, SampledTokens, Usage};
use bughound_llm::{Dialect, Sampling, prepare, read_reply};
use bughound_tokens::ChatOptions;
use bughound_trace::PolicyRecord;
use serde_json::{Map, Value};

use crate::engine::{Ask, Engine, EngineError, Finish};
use crate::prompt::prompt_of;

/// The most tokens of a reply where nobody says.
const MAX_TOKENS: u32 = 4096;

/// A model in this process. It sees the conversation and nothing else; what it read and wrote is in the traces, token by token.
pub struct LocalPolicy {
    engine: Engine,
    model: String,
    dialect: Dialect,
    sampling: Sampling,
    enable_thinking: Option<bool>,
}

impl LocalPolicy {
    /// A policy that asks an engine; `model` names it in traces. Where `sampling` has no seed, each attempt has its own.
    pub fn new(engine: Engine, model: String, dialect: Dialect, sampling: Sampling) -> Self {
        Self {
            engine,
            model,
            dialect,
            sampling,
            enable_thinking: None,
        }
    }

    /// For templates that know thinking and no thinking.
    #[must_use]
    pub fn with_thinking(mut self, enabled: bool) -> Self {
        self.enable_thinking = Some(enabled);
        self
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Policy for LocalPolicy {
    fn name(&self) -> &str {
        "local"
    }

    fn record(&self) -> PolicyRecord {
        let mut settings = Map::new();
        settings.insert("dialect".to_owned(), self.dialect.name().into());
        if let Ok(Value::Object(sampling)) = serde_json::to_value(&self.sampling) {
            settings.extend(sampling);
        }
        if let Some(thinking) = self.enable_thinking {
            settings.insert("thinking".to_owned(), thinking.into());
        }
        PolicyRecord {
            name: self.name().to_owned(),
            model: Some(self.model.clone()),
            settings,
        }
    }

    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Conversation {
            policy: self,
            start,
            n_replies: 0,
        })
    }
}

struct Conversation<'e> {
    policy: &'e LocalPolicy,
    start: Start<'e>,
    /// Each reply of an episode has its own draw.
    n_replies: u64,
}

impl Session for Conversation<'_> {
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault> {
        let policy = self.policy;
        let tools = request
            .declared_tools
            .map_or_else(Vec::new, bughound_tools::Toolbox::declarations);
        let prompt = self.prompt(request, &tools)?;
        let n_prompt = prompt.len();
        let sampling = &policy.sampling;
        let seed = sampling.seed.unwrap_or(self.start.seed);
        let room = policy.engine.context().saturating_sub(n_prompt);
        let max_tokens = sampling.max_tokens.unwrap_or(MAX_TOKENS) as usize;
        let ask = Ask {
            prompt: prompt.clone(),
            sampling: drawn(sampling),
            seed: seed ^ self.n_replies.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            max_tokens: max_tokens.min(room),
            end: policy.engine.tokenizer().specials().eos.clone(),
            alternatives: 0,
            stop: sampling.stop.clone(),
            // What comes behind a call would be made up: its result is not there yet. One call a turn unless more are wanted.
            stop_behind: match request.purpose {
                Purpose::Act if request.max_calls <= 1 && !tools.is_empty() => {
                    vec!["</tool_call>".to_owned()]
                }
                _ => Vec::new(),
            },
        };
        self.n_replies += 1;
        let deadline = Instant::now().checked_add(Duration::from_millis(request.milliseconds_left));
        let written = policy
            .engine
            .write(
                ask,
                &mut |text| (request.on_text)(text),
                self.start.cancel,
                deadline,
            )
            .map_err(|error| fault(&error))?;
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let usage = Usage {
            prompt_tokens: number(n_prompt),
            completion_tokens: number(written.ids.len()),
            cached_tokens: number(written.n_reused),
            ..Usage::default()
        };
        let was_cut = written.finish == Finish::Length;
        let chat = request.chat(tools);
        let completion = read_reply(&written.text, &chat, was_cut);
        Ok(Completion {
            usage: Some(usage),
            tokens: Some(SampledTokens {
                prompt_ids: prompt,
                ids: written.ids,
                logprobs: written.logprobs,
                texts: Vec::new(),
            }),
            finish: if was_cut {
                FinishReason::Length
            } else {
                completion.finish
            },
            ..completion
        })
    }
}

impl Conversation<'_> {
    /// What the model reads.
    fn prompt(&self, request: &Request<'_>, tools: &[Value]) -> Result<Vec<u32>, PolicyFault> {
        let policy = self.policy;
        let tokenizer = policy.engine.tokenizer();
        let plain: Vec<Message> = request
            .messages
            .iter()
            .map(|message| message.message.clone())
            .collect();
        let prepared = prepare(policy.dialect, &plain, tools);
        // What the policy said stands in the same order in both.
        let mut said = request
            .messages
            .iter()
            .filter(|message| message.message.role == Role::Assistant)
            .map(|message| {
                message
                    .reply
                    .as_ref()
                    .and_then(|reply| reply.tokens.as_ref())
            });
        let messages: Vec<(&Message, Option<&SampledTokens>)> = prepared
            .iter()
            .map(|message| {
                let tokens = match message.role {
                    Role::Assistant => said.next().flatten(),
                    _ => None,
                };
                (message, tokens)
            })
            .collect();
        let options = ChatOptions {
            tools: match policy.dialect {
                Dialect::Native => tools,
                _ => &[],
            },
            enable_thinking: policy.enable_thinking,
            today: None,
        };
        prompt_of(tokenizer, &messages, &options).map_err(|error| PolicyFault {
            kind: FaultKind::Fault,
            message: error.to_string(),
        })
    }
}

/// How tokens are drawn where nobody says: greedily.
fn drawn(sampling: &Sampling) -> bughound_nn::Sampling {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "settings of sampling need no more digits"
    )]
    let number = |value: Option<f64>, default: f32| value.map_or(default, |value| value as f32);
    bughound_nn::Sampling {
        temperature: number(sampling.temperature, 0.0),
        top_p: number(sampling.top_p, 1.0),
        top_k: sampling.top_k.map_or(0, |k| k as usize),
        min_p: number(sampling.min_p, 0.0),
    }
}

fn fault(error: &EngineError) -> PolicyFault {
    let kind = match error {
        EngineError::TooLong { .. } => FaultKind::ContextTooLong,
        EngineError::Cancelled => FaultKind::Cancelled,
        EngineError::TimeOut => FaultKind::TimeOut,
        EngineError::Tokens(_) | EngineError::Model(_) => FaultKind::Fault,
    };
    PolicyFault {
        kind,
        message: error.to_string(),
    }
}

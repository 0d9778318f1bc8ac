//! The state machine.
//!
//! An episode is a list of stages (conversations). In a stage the policy is asked, its calls are carried out,
//! their results are handed over, and so on, until it exits, answers, or has used up a budget; then it is asked
//! for its answer, and the places that the answer names are looked up.
//!
//! ```text
//! Begun ─► Consulting ─► Asking(Act) ─► Calling ─┐
//!               ▲            ▲  └────────────────┤ exit, answer, or a budget
//!               │            └───────────────────┘        │
//!               │                                         ▼
//!               └───────────── Resolving ◄──── Asking(Answer)
//! ```

mod calls;
mod current;
mod limits;
mod replies;

use bughound_core::Message;
use bughound_trace::{
    Answer, Budgets, EndReason, PolicyRecord, Spent, StageTrace, TaskRecord, Trace, TraceMessage,
};
use serde::{Deserialize, Serialize};

use crate::event::{Ask, Effect, Event, FaultKind, Material, Purpose, What};
use crate::machine::calls::Pending;
use crate::machine::current::Current;
use crate::protocol::{Next, Outcome, Progress, Protocol, Stage};

/// More look-ups and stages than any protocol has: a protocol that asks for more is broken.
const MAX_STEPS: usize = 32;

/// What an episode is about, and what it may spend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// The task.
    pub task: TaskRecord,
    /// Which attempt at it, from 0.
    pub attempt: u32,
    /// The seed of this attempt.
    pub seed: u64,
    /// The protocol's name.
    pub protocol: String,
    /// What it may spend.
    pub budgets: Budgets,
}

/// The state of an episode. Plain data: it can be written down at any moment and continued anywhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    brief: Brief,
    phase: Phase,
    materials: Vec<String>,
    outcomes: Vec<Outcome>,
    stages: Vec<StageTrace>,
    current: Option<Current>,
    spent: Spent,
    end: Option<EndReason>,
    fault: Option<String>,
}

/// What the episode waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    New,
    Consulting(Material),
    Asking(Ask),
    Calling(Vec<Pending>),
    Resolving(Answer),
    Ended,
}

impl Episode {
    /// An episode that has not begun; [`What::Begun`] begins it.
    pub fn new(brief: Brief) -> Self {
        Self {
            brief,
            phase: Phase::New,
            materials: Vec::new(),
            outcomes: Vec::new(),
            stages: Vec::new(),
            current: None,
            spent: Spent::default(),
            end: None,
            fault: None,
        }
    }

    /// What it is about.
    pub fn brief(&self) -> &Brief {
        &self.brief
    }

    /// Why it ended; `None` while it goes on.
    pub fn end(&self) -> Option<EndReason> {
        self.end
    }

    /// What it has spent.
    pub fn spent(&self) -> &Spent {
        &self.spent
    }

    /// The conversation that goes on, or the last one.
    pub fn stage(&self) -> Option<&StageTrace> {
        self.stages.last()
    }

    /// How many conversations there were, the one that goes on included.
    pub fn n_stages(&self) -> usize {
        self.stages.len()
    }

    /// Whether tools may be called in the conversation that goes on.
    pub fn offers_tools(&self) -> bool {
        self.current
            .as_ref()
            .is_some_and(|current| current.stage.tools)
    }

    /// The next state, and what must be done to come to the one after it. There is nothing to be done exactly
    /// where the episode has ended, or where results of earlier effects are still missing.
    ///
    /// `protocol` is the one that its brief names, at every step.
    ///
    /// An event that the episode does not wait for changes nothing, [`What::Cancelled`] and
    /// [`What::EnvironmentFailed`] excepted, which end it at any time.
    #[must_use]
    pub fn step(mut self, protocol: &dyn Protocol, event: Event) -> (Self, Vec<Effect>) {
        self.spent.milliseconds = self.spent.milliseconds.max(event.at);
        if self.end.is_some() {
            return (self, Vec::new());
        }
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        let effects = match (phase, event.what) {
            (_, What::Cancelled) => {
                self.fail(EndReason::Cancelled, "it was stopped".to_owned());
                Vec::new()
            }
            (_, What::EnvironmentFailed(reason)) => {
                self.fail(EndReason::ToolFault, reason);
                Vec::new()
            }
            (Phase::New, What::Begun) => self.advance(protocol),
            (Phase::Consulting(_), What::Consulted(text)) => {
                self.materials.push(text);
                self.advance(protocol)
            }
            (
                Phase::Asking(ask),
                What::Replied {
                    completion,
                    milliseconds,
                },
            ) => self.replied(protocol, ask, *completion, milliseconds),
            (Phase::Asking(_), What::PolicyFailed(fault)) => {
                let reason = match fault.kind {
                    FaultKind::Cancelled => EndReason::Cancelled,
                    FaultKind::TimeOut => EndReason::TimeLimit,
                    FaultKind::ContextTooLong => EndReason::TokenLimit,
                    FaultKind::Fault => EndReason::PolicyFault,
                };
                self.fail(reason, fault.message);
                Vec::new()
            }
            (Phase::Calling(pending), what @ What::Returned { .. }) => {
                self.returned(protocol, pending, what)
            }
            (Phase::Resolving(answer), What::Resolved(items)) => {
                let answer = Answer { items, ..answer };
                self.finish_stage(Some(answer));
                self.advance(protocol)
            }
            (phase, _) => {
                self.phase = phase;
                Vec::new()
            }
        };
        (self, effects)
    }

    /// The episode as it was recorded.
    pub fn into_trace(
        self,
        policy: PolicyRecord,
        index_version: u32,
        cost_usd: Option<f64>,
    ) -> Trace {
        Trace {
            format: Trace::FORMAT,
            bughound: env!("CARGO_PKG_VERSION").to_owned(),
            task: self.brief.task,
            attempt: self.brief.attempt,
            seed: self.brief.seed,
            protocol: self.brief.protocol,
            policy,
            index_version,
            budgets: self.brief.budgets,
            stages: self.stages,
            end: self.end.unwrap_or(EndReason::Cancelled),
            fault: self.fault,
            spent: self.spent,
            cost_usd,
            reward: None,
            extra: serde_json::Map::new(),
        }
    }

    /// Asks the protocol what comes next.
    fn advance(&mut self, protocol: &dyn Protocol) -> Vec<Effect> {
        if self.materials.len() + self.outcomes.len() >= MAX_STEPS {
            let fault = format!("the protocol `{}` does not come to an end", protocol.name());
            self.fail(EndReason::ToolFault, fault);
            return Vec::new();
        }
        let next = protocol.next(&Progress {
            brief: &self.brief,
            materials: &self.materials,
            outcomes: &self.outcomes,
        });
        match next {
            Next::Consult(material) => {
                self.phase = Phase::Consulting(material.clone());
                vec![Effect::Consult(material)]
            }
            Next::Stage(stage) => self.begin_stage(protocol, stage),
            Next::Done => {
                // A protocol without any stage has nothing to say about why it ended.
                let end = self.outcomes.last().map(|outcome| outcome.end);
                self.end = Some(end.unwrap_or(EndReason::Answered));
                self.phase = Phase::Ended;
                Vec::new()
            }
        }
    }

    fn begin_stage(&mut self, protocol: &dyn Protocol, mut stage: Stage) -> Vec<Effect> {
        let at = self.spent.milliseconds;
        let messages = std::mem::take(&mut stage.messages);
        self.stages.push(StageTrace {
            name: stage.name.clone(),
            tools: if stage.tools {
                let names = protocol.tools().names();
                names.into_iter().map(str::to_owned).collect()
            } else {
                Vec::new()
            },
            messages: messages
                .into_iter()
                .map(|message| TraceMessage::environment(message, at))
                .collect(),
            end: None,
            answer: None,
        });
        let purpose = if stage.tools {
            Purpose::Act
        } else {
            Purpose::Answer
        };
        self.current = Some(Current::new(stage));
        self.ask(purpose)
    }

    /// Asks the policy.
    fn ask(&mut self, purpose: Purpose) -> Vec<Effect> {
        let Some(current) = &self.current else {
            return Vec::new();
        };
        let ask = Ask {
            purpose,
            expects: current.stage.expects,
            turn: current.turns,
            deadline: self.deadline(purpose),
        };
        self.phase = Phase::Asking(ask);
        vec![Effect::Ask(ask)]
    }

    /// Adds a message of the environment to the current stage.
    fn say(&mut self, message: Message) {
        let at = self.spent.milliseconds;
        self.push(TraceMessage::environment(message, at));
    }

    fn push(&mut self, message: TraceMessage) {
        if let Some(stage) = self.stages.last_mut() {
            stage.messages.push(message);
        }
    }

    /// What was said in the current stage.
    fn conversation(&self) -> &[TraceMessage] {
        self.stages.last().map_or(&[], |stage| &stage.messages)
    }

    /// The current stage ends with what it brought.
    fn finish_stage(&mut self, answer: Option<Answer>) {
        let end = self
            .current
            .take()
            .and_then(|current| current.closing)
            .unwrap_or(EndReason::Answered);
        if let Some(stage) = self.stages.last_mut() {
            stage.end = Some(end);
            stage.answer = answer.clone();
        }
        self.outcomes.push(Outcome { end, answer });
    }

    /// The episode, ended here and now.
    #[must_use]
    pub fn failed(mut self, reason: EndReason, fault: String) -> Self {
        self.fail(reason, fault);
        self
    }

    /// The episode ends here and now.
    fn fail(&mut self, reason: EndReason, fault: String) {
        if let Some(stage) = self.stages.last_mut() {
            stage.end.get_or_insert(reason);
        }
        self.current = None;
        self.phase = Phase::Ended;
        self.end = Some(reason);
        self.fault = Some(fault);
    }
}

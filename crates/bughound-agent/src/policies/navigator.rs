//! `navigator`: the built-in policy that decides what to read. No model: it retrieves candidates, and a small network
//! chooses which of them to open next, one at a time, when to stop, and how what it read changes the ranking.

use std::sync::Arc;

use bughound_core::{Completion, Level, Message, ToolCall};
use bughound_hound::Context;
use bughound_hound::navigate::{Begun, Navigator, State, Step, begin};
use bughound_trace::{CallOutcome, Expects, PolicyRecord};
use serde_json::json;

use super::hound::{N_ANSWERED, open, ranking, searched};
use crate::event::{PolicyFault, Purpose};
use crate::policy::{Policy, Request, Session, Start};

/// The most candidates that are opened.
const BUDGET: usize = 8;

/// The built-in policy that navigates.
#[derive(Clone, Debug)]
pub struct NavigatorPolicy {
    navigator: Arc<Navigator>,
}

impl NavigatorPolicy {
    /// The policy of a network.
    pub fn new(navigator: Navigator) -> Self {
        Self {
            navigator: Arc::new(navigator),
        }
    }
}

impl Policy for NavigatorPolicy {
    fn name(&self) -> &str {
        "navigator"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: self.name().to_owned(),
            ..PolicyRecord::default()
        }
    }

    fn wants_history(&self) -> bool {
        true
    }

    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e> {
        Box::new(Search {
            navigator: &self.navigator,
            start,
            begun: None,
            asked_for: None,
            n_calls: 0,
        })
    }
}

struct Search<'e> {
    navigator: &'e Navigator,
    start: Start<'e>,
    /// Made when the policy is first asked.
    begun: Option<(Begun, State)>,
    /// The candidate that the last call should open.
    asked_for: Option<usize>,
    n_calls: usize,
}

impl Session for Search<'_> {
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault> {
        let environment = searched(&self.start)?;
        let index = environment.index();
        let (begun, state) = self.begun.get_or_insert_with(|| {
            let context = Context {
                history: environment.history(),
                ..Context::default()
            };
            let begun = begin(index, self.start.issue, &context);
            let state = State::new(&begun.world, BUDGET);
            (begun, state)
        });
        if let Some(candidate) = self.asked_for.take() {
            let last = request.messages.iter().rev().find_map(|m| m.call.as_ref());
            // What was shown before in this conversation is known, too.
            if last
                .is_some_and(|call| matches!(call.outcome, CallOutcome::Ok | CallOutcome::Repeated))
            {
                state.open(candidate);
            } else {
                state.close(candidate);
            }
        }
        let (Purpose::Act, Some(tools)) = (request.purpose, request.tools) else {
            let text = match request.expects {
                Expects::Files => ranking(begun.answer.locations(index, Level::File, N_ANSWERED)),
                Expects::Functions | Expects::Nothing => {
                    let (order, scores) = self.navigator.ranking(&begun.world, state);
                    let answer = begun.reordered(index, state, &order, &scores);
                    ranking(answer.locations(index, Level::Function, N_ANSWERED))
                }
            };
            return Ok(Completion::of(Message::assistant(text)));
        };
        // A candidate that no tool of the protocol can show is passed over.
        let (name, arguments) = loop {
            let Step::Open(candidate) = self.navigator.step(&begun.world, state) else {
                break ("exit".to_owned(), json!({}));
            };
            let location = begun.location(index, candidate);
            if let Some(call) = open(&location, tools) {
                self.asked_for = Some(candidate);
                break call;
            }
            state.close(candidate);
        };
        self.n_calls += 1;
        let call = ToolCall {
            id: format!("call_{}", self.n_calls),
            name,
            arguments: arguments.to_string(),
        };
        Ok(Completion::of(
            Message::assistant("").with_calls(vec![call]),
        ))
    }
}

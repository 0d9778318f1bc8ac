//! `hound`: the built-in policy as an agent. No model: it retrieves candidates, opens the best of them with the
//! tools that it is offered, exits, and gives its ranking.

use std::collections::VecDeque;

use bughound_core::{Completion, Level, Location, Message, Role, SymbolKind, ToolCall};
use bughound_hound::{Answer, Context, locate};
use bughound_tools::Toolbox;
use bughound_trace::{Expects, PolicyRecord};
use serde_json::json;

use super::hound_compact::Walk;
use crate::Environment;
use crate::event::{FaultKind, PolicyFault, Purpose};
use crate::policy::{Policy, Request, Session, Start};

/// How many candidates are opened in each stage.
const N_OPENED: usize = 5;

/// How many places an answer lists, as the published agents' do.
pub(super) const N_ANSWERED: usize = 5;

/// The built-in policy.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoundPolicy;

impl Policy for HoundPolicy {
    fn name(&self) -> &str {
        "hound"
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
            start,
            answer: None,
            to_open: VecDeque::new(),
            n_calls: 0,
            walk: None,
        })
    }
}

struct Search<'e> {
    start: Start<'e>,
    /// Made when the policy is first asked.
    answer: Option<Answer>,
    /// The calls of this stage that are still to be made.
    to_open: VecDeque<(String, serde_json::Value)>,
    n_calls: usize,
    /// How it acts under the protocol `compact`.
    walk: Option<Walk>,
}

impl Session for Search<'_> {
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault> {
        let environment = searched(&self.start)?;
        let answer = self.answer.get_or_insert_with(|| {
            let context = Context {
                history: environment.history(),
                on_stage: None,
                ..Context::default()
            };
            locate(environment.index(), self.start.issue, &context)
        });
        if request
            .declared_tools
            .is_some_and(|it| it.name() == "compact")
        {
            let mut shown = request.messages.iter().map(|it| &it.message);
            let issue = shown.find(|it| it.role == Role::User);
            let issue = issue.map_or("", |it| it.content.as_str());
            let walk = self
                .walk
                .get_or_insert_with(|| Walk::new(environment.index(), answer, issue));
            return Ok(walk.reply(environment.tools(), request));
        }
        let (Purpose::Act, Some(tools)) = (request.purpose, request.tools) else {
            let level = match request.expects {
                Expects::Files => Level::File,
                Expects::Functions | Expects::Nothing => Level::Function,
            };
            let best = answer.locations(environment.index(), level, N_ANSWERED);
            return Ok(Completion::of(Message::assistant(ranking(best))));
        };
        if request.turn == 0 {
            let best = answer.locations(environment.index(), Level::Function, N_OPENED);
            self.to_open = best
                .iter()
                .filter_map(|location| open(location, tools))
                .collect();
        }
        let n_now = self.to_open.len().min(request.max_calls as usize);
        let mut calls: Vec<_> = self.to_open.drain(..n_now).collect();
        if calls.is_empty() {
            calls.push(("exit".to_owned(), json!({})));
        }
        let calls = calls
            .into_iter()
            .map(|(name, arguments)| {
                self.n_calls += 1;
                ToolCall {
                    id: format!("call_{}", self.n_calls),
                    name,
                    arguments: arguments.to_string(),
                }
            })
            .collect();
        Ok(Completion::of(Message::assistant("").with_calls(calls)))
    }
}

/// What is searched.
///
/// # Errors
/// Where the episode is not about a repository.
pub(super) fn searched<'e>(start: &Start<'e>) -> Result<&'e Environment, PolicyFault> {
    start.environment.ok_or_else(|| PolicyFault {
        kind: FaultKind::Fault,
        message: "this policy searches repositories and repairs nothing".to_owned(),
    })
}

/// The call that shows a place, in whichever of the two dialects is offered.
pub(super) fn open(
    location: &Location,
    tools: &dyn Toolbox,
) -> Option<(String, serde_json::Value)> {
    let path = location.path.as_str();
    let name = location.qualified_name.as_deref()?;
    let calls = match (location.kind?, name.rsplit_once('.')) {
        (kind, _) if kind.is_type() => [
            ("search_class", json!({"file": path, "class": name})),
            (
                "get_code_of_class",
                json!({"file_name": path, "class_name": name}),
            ),
        ],
        (SymbolKind::Method, Some((class, method))) => [
            (
                "search_class_method",
                json!({"file": path, "class": class, "method": method}),
            ),
            (
                "get_code_of_class_function",
                json!({"file_name": path, "class_name": class, "func_name": method}),
            ),
        ],
        _ => [
            ("search_function", json!({"file": path, "function": name})),
            (
                "get_code_of_file_function",
                json!({"file_name": path, "func_name": name}),
            ),
        ],
    };
    calls
        .into_iter()
        .find(|(tool, _)| tools.has(tool))
        .map(|(tool, arguments)| (tool.to_owned(), arguments))
}

/// Places as an answer lists them.
pub(super) fn ranking(best: Vec<Location>) -> String {
    let mut text = String::from("```\n");
    for location in best {
        text.push_str(location.path.as_str());
        if let Some(name) = &location.qualified_name {
            text.push_str("::");
            text.push_str(name);
        }
        text.push('\n');
    }
    text.push_str("```");
    text
}

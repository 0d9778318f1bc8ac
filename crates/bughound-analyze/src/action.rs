//! A call of a policy and what it does, as far as its text tells.

use std::collections::VecDeque;

use bughound_trace::{Trace, TraceMessage};
use serde_json::Value;

use crate::effects::{Effects, Surroundings, effects_of};

/// What a call does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A file is read.
    Reads(String),
    /// A file is written.
    Writes(Write),
    /// A file or folder goes away.
    Deletes(String),
    /// Something is built, tested or validated: what exactly, so that the same is known again.
    Validates(String),
    /// Something is asked for over the network.
    Fetches(String),
    /// The project's past is searched: what for.
    History(String),
}

/// A file that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) path: String,
    pub(crate) how: How,
    /// The text that is replaced, where the call says it.
    pub(crate) before: Option<String>,
    /// The text that takes its place, where the call says it.
    pub(crate) after: Option<String>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It is new.
    Create,
    /// A part of it changes.
    Edit,
    /// All of it is written; whether it was there before is not known.
    Replace,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Action<'a> {
    /// Which reply of the policy made it, from 1.
    pub(crate) turn: usize,
    /// What the tool is called in chains; a shell's commands go by their programs.
    pub(crate) state: String,
    /// The call as one line, for people.
    pub(crate) call: String,
    /// What it does.
    pub(crate) effects: Vec<Effect>,
    /// Whether something may be different afterwards: files, packages, the environment.
    pub(crate) may_change: bool,
    /// Characters of its arguments.
    pub(crate) n_arguments: usize,
    /// What it gave; empty where nothing came back.
    pub(crate) output: &'a str,
}

/// What an episode consists of, in its order.
#[derive(Clone, Debug)]
pub(crate) enum Event<'a> {
    /// A call.
    Action(Action<'a>),
    /// A reply without any call.
    Words,
}

/// The state of a reply without calls.
pub(crate) const WORDS: &str = "(words)";

impl Event<'_> {
    pub(crate) fn state(&self) -> &str {
        match self {
            Self::Action(action) => &action.state,
            Self::Words => WORDS,
        }
    }
}

/// The calls of an episode, each with its output.
pub(crate) fn events(trace: &Trace) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    let mut surroundings = Surroundings::default();
    let mut turn = 0;
    // Calls that wait for their outputs: id and place.
    let mut waiting: VecDeque<(&str, usize)> = VecDeque::new();
    for message in trace.messages() {
        if message.reply.is_some() {
            turn += 1;
            waiting.clear();
            let calls = &message.message.tool_calls;
            if calls.is_empty() {
                events.push(Event::Words);
            }
            for call in calls {
                waiting.push_back((&call.id, events.len()));
                let arguments = serde_json::from_str(&call.arguments).unwrap_or(Value::Null);
                let Effects {
                    state,
                    call: shown,
                    effects,
                    may_change,
                } = effects_of(&call.name, &call.arguments, &arguments, &mut surroundings);
                events.push(Event::Action(Action {
                    turn,
                    state,
                    call: shown,
                    effects,
                    may_change,
                    n_arguments: n_characters(&call.arguments, &arguments),
                    output: "",
                }));
            }
        } else if message.call.is_some()
            && let Some(at) = answered(&mut waiting, message)
            && let Some(Event::Action(action)) = events.get_mut(at)
        {
            action.output = &message.message.content;
            surroundings.saw(action.output);
        }
    }
    events
}

/// Which of the waiting calls a result belongs to.
fn answered(waiting: &mut VecDeque<(&str, usize)>, message: &TraceMessage) -> Option<usize> {
    let id = message.message.tool_call_id.as_deref();
    let place = waiting.iter().position(|(waiting, _)| id == Some(*waiting));
    waiting.remove(place.unwrap_or(0)).map(|(_, at)| at)
}

/// How much the policy wrote: the command where that is all there is, else the arguments as written.
fn n_characters(text: &str, arguments: &Value) -> usize {
    match arguments.as_object() {
        Some(fields) if fields.len() == 1 => match fields.values().next() {
            Some(Value::String(only)) => only.chars().count(),
            _ => text.chars().count(),
        },
        _ => text.chars().count(),
    }
}

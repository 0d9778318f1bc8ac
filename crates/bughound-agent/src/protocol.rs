//! What a protocol is.

use std::borrow::Cow;

use bughound_core::Message;
use bughound_tools::Toolbox;
use bughound_trace::{Answer, EndReason, Expects, TraceMessage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Material;
use crate::machine::Brief;
use crate::protocols::PROTOCOLS;

/// Which conversations an episode holds: prompts, tools, and what is asked for at the end.
///
/// A protocol is one file. It is a pure function of what has been learnt so far, so that an episode can be
/// written down at any moment and continued anywhere.
pub trait Protocol: Sync {
    /// The name by which settings choose it.
    fn name(&self) -> &'static str;

    /// What it is, in a sentence.
    fn about(&self) -> &'static str;

    /// The tools of its stages.
    fn tools(&self) -> &'static dyn Toolbox;

    /// Whether what it looks up is better with [`Environment::history`](crate::Environment::history).
    fn wants_history(&self) -> bool {
        self.tools().needs_history()
    }

    /// What comes next.
    fn next(&self, progress: &Progress<'_>) -> Next;

    /// What the policy is told about a reply that holds no call that can be read and no answer.
    fn correction(&self, expects: Expects) -> String {
        let _ = expects;
        format!(
            "That was neither a tool call nor an answer. Call one of the tools ({}), or call exit when you know \
             enough.",
            self.tools().names().join(", ")
        )
    }

    /// Whether a call that was made before may be made again. Where nothing changes, its result would be the same.
    fn may_repeat(&self) -> bool {
        false
    }

    /// The arguments of a call as its tool takes them, where the conversation has short names for things.
    ///
    /// # Errors
    /// What the policy is told where a short name stands for nothing.
    fn arguments(
        &self,
        conversation: &[TraceMessage],
        tool: &str,
        arguments: Value,
    ) -> Result<Value, String> {
        let _ = (conversation, tool);
        Ok(arguments)
    }

    /// What a tool gave as the policy is told it.
    fn observation(&self, conversation: &[TraceMessage], text: String) -> String {
        let _ = conversation;
        text
    }

    /// What the policy said, with short names written out.
    fn answer<'t>(&self, conversation: &[TraceMessage], text: &'t str) -> Cow<'t, str> {
        let _ = conversation;
        Cow::Borrowed(text)
    }
}

/// What has been learnt so far.
pub struct Progress<'a> {
    /// What the episode is about.
    pub brief: &'a Brief,
    /// The texts that were looked up, in the order in which the protocol asked for them.
    pub materials: &'a [String],
    /// The stages that have ended.
    pub outcomes: &'a [Outcome],
}

/// How a stage ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Why.
    pub end: EndReason,
    /// What it brought.
    pub answer: Option<Answer>,
}

impl Outcome {
    /// The files of its answer that there are, in its order, each once.
    pub fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = Vec::new();
        let items = self.answer.iter().flat_map(|answer| &answer.items);
        for file in items.filter_map(|item| item.file()) {
            if !files.iter().any(|known| known == file.as_str()) {
                files.push(file.to_string());
            }
        }
        files
    }
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Something is looked up.
    Consult(Material),
    /// A conversation.
    Stage(Stage),
    /// The episode is over.
    Done,
}

/// One conversation with a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// What it is for: `search`, `files`, `functions`.
    pub name: String,
    /// How it opens.
    pub messages: Vec<Message>,
    /// Whether the protocol's tools may be called. Without them the first reply is the answer.
    pub tools: bool,
    /// What its answer lists.
    pub expects: Expects,
    /// The most turns; the episode's budget may allow fewer.
    pub max_turns: Option<u32>,
    /// The most calls of one turn that are carried out; the episode's budget may allow fewer.
    pub max_calls_per_turn: Option<u32>,
    /// How the answer is asked for when the search is over.
    pub closing: Option<String>,
}

/// A name that no protocol has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no protocol `{0}`; there are {names}", names = names())]
pub struct UnknownProtocol(pub String);

fn names() -> String {
    let names: Vec<String> = PROTOCOLS
        .iter()
        .map(|protocol| format!("`{}`", protocol.name()))
        .collect();
    names.join(", ")
}

//! What a policy is.

use bughound_core::Completion;
use bughound_llm::{ChatRequest, ToolUse};
use bughound_tools::Toolbox;
use bughound_trace::{Expects, PolicyRecord, TraceMessage};

use crate::event::{PolicyFault, Purpose};
use crate::{Cancel, Environment};

/// Something that acts: it is asked for its next step, again and again, until the episode ends.
///
/// A policy that uses no clock and no server must answer the same questions with the same answers for the same
/// seed, on whatever thread.
pub trait Policy: Send + Sync {
    /// The name on the command line.
    fn name(&self) -> &str;

    /// What decides its answers, for the trace. Never holds a key.
    fn record(&self) -> PolicyRecord;

    /// Whether [`Environment::history`] should be there.
    fn wants_history(&self) -> bool {
        false
    }

    /// An episode begins.
    fn begin<'e>(&'e self, start: Start<'e>) -> Box<dyn Session + 'e>;

    /// What a number of tokens costs in US dollars, where that is known.
    fn cost_usd(&self, usage: &bughound_core::Usage) -> Option<f64> {
        let _ = usage;
        None
    }
}

/// A policy in one episode; it may remember what it did.
pub trait Session {
    /// The next step.
    ///
    /// # Errors
    /// Where the policy cannot answer; the episode ends.
    fn reply(&mut self, request: &Request<'_>) -> Result<Completion, PolicyFault>;
}

/// What a policy is told when an episode begins.
#[derive(Clone, Copy)]
pub struct Start<'e> {
    /// What is searched, where a repository is.
    pub environment: Option<&'e Environment>,
    /// The task's id.
    pub instance_id: &'e str,
    /// The issue.
    pub issue: &'e str,
    /// Which attempt at the task, from 0.
    pub attempt: u32,
    /// The seed of this attempt.
    pub seed: u64,
    /// Set when the episode should stop.
    pub cancel: &'e Cancel,
}

/// What a policy is asked.
pub struct Request<'a> {
    /// The conversation so far.
    pub messages: &'a [TraceMessage],
    /// The tools that may be called; `None` where only text is wanted.
    pub tools: Option<&'static dyn Toolbox>,
    /// The tools that are declared in this stage, whether or not they may be called now: a server's cache of the
    /// prompt holds only while they stay in it.
    pub declared_tools: Option<&'static dyn Toolbox>,
    /// How many calls of one turn are carried out.
    pub max_calls: u32,
    /// What for.
    pub purpose: Purpose,
    /// What an answer lists.
    pub expects: Expects,
    /// The stage's name and its number in the episode.
    pub stage: (&'a str, usize),
    /// How often the policy was asked before in this stage.
    pub turn: u32,
    /// How many milliseconds it has.
    pub milliseconds_left: u64,
    /// To be called with pieces of text as they come, where they come piece by piece.
    pub on_text: &'a (dyn Fn(&str) + Sync),
    /// To be called with news that somebody who watches should know and the policy's answer does not tell.
    pub on_note: &'a (dyn Fn(&str) + Sync),
}

impl Request<'_> {
    /// What a model is asked: the conversation, these declarations of tools, and whether it may call them. How tokens are drawn is
    /// up to the policy.
    pub fn chat(&self, tools: Vec<serde_json::Value>) -> ChatRequest {
        let messages = self.messages.iter();
        ChatRequest {
            messages: messages.map(|message| message.message.clone()).collect(),
            tools,
            tool_use: match self.purpose {
                Purpose::Act => ToolUse::Auto,
                Purpose::Answer => ToolUse::None,
            },
            ..ChatRequest::default()
        }
    }
}

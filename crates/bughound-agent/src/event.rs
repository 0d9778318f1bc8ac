//! What the state machine is told, and what it wants done.

use bughound_core::{Completion, SymbolId};
use bughound_trace::{AnswerItem, CallOutcome, Expects};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Milliseconds since the episode began. Must not go back; where it does, the latest time counts.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The episode begins.
    Begun,
    /// The text that [`Effect::Consult`] wanted.
    Consulted(String),
    /// The policy answered [`Effect::Ask`].
    Replied {
        /// What it said.
        completion: Box<Completion>,
        /// How long that took.
        milliseconds: u64,
    },
    /// The policy could not answer [`Effect::Ask`].
    PolicyFailed(PolicyFault),
    /// A tool answered [`Effect::Call`].
    Returned {
        /// The call's number in its turn.
        index: usize,
        /// What became of it.
        outcome: CallOutcome,
        /// The observation.
        text: String,
        /// Lines that the tool's budget left out.
        n_left_out: u64,
        /// What the text shows.
        shown: Vec<SymbolId>,
        /// Whether the search is over.
        ends_episode: bool,
        /// How long it took.
        microseconds: u64,
    },
    /// What [`Effect::Resolve`] found.
    Resolved(Vec<AnswerItem>),
    /// The environment cannot do what was wanted.
    EnvironmentFailed(String),
    /// Somebody wants the episode to end.
    Cancelled,
}

/// Something to be done; its result is an [`Event`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Look something up for a prompt: [`What::Consulted`].
    Consult(Material),
    /// Ask the policy, with the messages of the current stage: [`What::Replied`] or [`What::PolicyFailed`].
    Ask(Ask),
    /// Call a tool: [`What::Returned`]. The calls of one turn come together and may be carried out at the same
    /// time.
    Call {
        /// The call's number in its turn.
        index: usize,
        /// The tool's name; it is in the protocol's set.
        tool: String,
        /// The arguments; always an object.
        arguments: Value,
    },
    /// Say which places an answer means: [`What::Resolved`] with as many items, in the same order.
    Resolve(Vec<AnswerItem>),
}

/// How the policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What for.
    pub purpose: Purpose,
    /// What an answer lists.
    pub expects: Expects,
    /// How often it was asked before in this stage.
    pub turn: u32,
    /// When it must have answered, in milliseconds since the episode began.
    pub deadline: u64,
}

/// What the policy is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The next step: calls, or the answer.
    Act,
    /// The answer; no tool may be called.
    Answer,
}

/// What a prompt may want to know of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// The tree of source files without tests; folders are closed, deepest first, where it would take more.
    Tree {
        /// The most bytes.
        max_bytes: usize,
    },
    /// What some files import from this repository.
    Imports(Vec<String>),
    /// Classes, methods and functions of some files, by name.
    Skeletons(Vec<String>),
    /// What is broken now, and what helped in the past. Asked again when an attempt has ended; nothing to say means that
    /// there is nothing left to do.
    Failure,
    /// The built-in policy's best candidates, with reasons.
    Candidates {
        /// How many files.
        files: usize,
        /// How many functions.
        functions: usize,
    },
}

/// Why a policy could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct PolicyFault {
    /// What kind of reason.
    pub kind: FaultKind,
    /// What was tried, what came back and what to do about it. Never holds a key.
    pub message: String,
}

/// What kind of reason kept a policy from answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It was told to stop.
    Cancelled,
    /// The deadline passed.
    TimeOut,
    /// The conversation no longer fits into the model's context.
    ContextTooLong,
    /// Its server could not be reached, refused, or answered nonsense; or the policy itself broke.
    Fault,
}

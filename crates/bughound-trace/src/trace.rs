//! The shape of a trace.

use bughound_core::{
    Completion, FinishReason, LineSpan, MalformedCall, Message, RepoPath, SampledTokens, SymbolId,
    SymbolKind, Usage,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Budgets, EndReason, Spent};

/// One episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The version of this shape: [`Trace::FORMAT`].
    pub format: u32,
    /// The version of Bughound that wrote it; of the importer where it came from elsewhere.
    pub bughound: String,
    /// What it was about.
    pub task: TaskRecord,
    /// Which attempt at the task, from 0.
    pub attempt: u32,
    /// The seed of this attempt.
    pub seed: u64,
    /// The protocol's name; `import:FORMAT` where it came from elsewhere.
    pub protocol: String,
    /// Who acted.
    pub policy: PolicyRecord,
    /// The version of the index's records that tools answered from; 0 where there was none.
    #[serde(default)]
    pub index_version: u32,
    /// What it might spend.
    #[serde(default)]
    pub budgets: Budgets,
    /// The conversations, in order. Most protocols have one.
    pub stages: Vec<StageTrace>,
    /// Why it ended.
    pub end: EndReason,
    /// What went wrong, for the reasons that are faults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What it spent.
    pub spent: Spent,
    /// What it cost in US dollars, where prices were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// How good it was, where that was worked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<Reward>,
    /// Whatever else an importer found and kept.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl Trace {
    /// The shape that this version writes. Readers refuse newer ones.
    pub const FORMAT: u32 = 1;

    /// What tells the traces of one file apart: `instance#attempt`.
    pub fn id(&self) -> String {
        format!("{}#{}", self.task.instance_id, self.attempt)
    }

    /// The final answer: that of the last stage that has one.
    pub fn answer(&self) -> Option<&Answer> {
        self.stages
            .iter()
            .rev()
            .find_map(|stage| stage.answer.as_ref())
    }

    /// The same without what the clock said: what is left of a deterministic episode is the same each time.
    #[must_use]
    pub fn without_times(mut self) -> Self {
        self.spent.milliseconds = 0;
        for message in self.stages.iter_mut().flat_map(|stage| &mut stage.messages) {
            message.at = 0;
            if let Some(reply) = &mut message.reply {
                reply.milliseconds = 0;
            }
            if let Some(call) = &mut message.call {
                call.microseconds = 0;
            }
        }
        self
    }

    /// All messages, stage after stage.
    pub fn messages(&self) -> impl Iterator<Item = &TraceMessage> {
        self.stages.iter().flat_map(|stage| &stage.messages)
    }
}

/// What an episode was about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// The task's id.
    pub instance_id: String,
    /// The project or folder.
    #[serde(default)]
    pub repo: String,
    /// The commit that was searched; empty for a working directory.
    #[serde(default)]
    pub base_commit: String,
    /// The issue.
    #[serde(default)]
    pub issue: String,
}

/// Who acted in an episode.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The policy's name.
    pub name: String,
    /// The model, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whatever else decides its answers: server, sampling, dialect. Never a key.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

/// One conversation of an episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTrace {
    /// What it was for: `search`, `files`, `functions`.
    pub name: String,
    /// The tools that were declared in it, as OpenAI-compatible servers know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// The messages that the policy saw and wrote, in order.
    pub messages: Vec<TraceMessage>,
    /// Why it ended; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EndReason>,
    /// What it brought; absent where nothing could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// A message, and what is known about how it came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceMessage {
    /// The message itself.
    #[serde(flatten)]
    pub message: Message,
    /// Of a message that the policy wrote: how. Messages without it are the environment's, and are masked in
    /// training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Of a message that answers a call: what became of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallRecord>,
    /// When it was written, in milliseconds from the episode's beginning.
    #[serde(default)]
    pub at: u64,
}

impl TraceMessage {
    /// A message of the environment that answers no call.
    pub fn environment(message: Message, at: u64) -> Self {
        Self {
            message,
            reply: None,
            call: None,
            at,
        }
    }

    /// A message that the policy wrote.
    pub fn policy(completion: Completion, milliseconds: u64, at: u64) -> Self {
        Self {
            message: completion.message,
            reply: Some(Reply {
                finish: completion.finish,
                malformed: completion.malformed,
                usage: completion.usage,
                tokens: completion.tokens,
                n_retries: completion.n_retries,
                milliseconds,
            }),
            call: None,
            at,
        }
    }

    /// The message as the policy's completion, for replays; `None` where the environment wrote it.
    pub fn completion(&self) -> Option<Completion> {
        let reply = self.reply.as_ref()?;
        Some(Completion {
            message: self.message.clone(),
            malformed: reply.malformed.clone(),
            finish: reply.finish,
            usage: reply.usage,
            tokens: reply.tokens.clone(),
            model: None,
            n_retries: reply.n_retries,
        })
    }
}

/// How the policy came to write a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Why it stopped.
    #[serde(default)]
    pub finish: FinishReason,
    /// Calls in it that could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub malformed: Vec<MalformedCall>,
    /// Tokens of this request, as the server reported them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The tokens themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<SampledTokens>,
    /// How often the request was sent again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_retries: u32,
    /// How long it took.
    #[serde(default)]
    pub milliseconds: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this shape"
)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The tool as the policy named it.
    pub tool: String,
    /// What became of it.
    pub outcome: CallOutcome,
    /// Bytes of its output before anything was added or made harmless.
    pub bytes: u64,
    /// Lines that its budget left out.
    #[serde(default)]
    pub n_left_out: u64,
    /// The definitions and files that it showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<SymbolId>,
    /// How long it took.
    pub microseconds: u64,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It gave what was asked for.
    Ok,
    /// What was asked for does not exist or is not unique; the policy was told.
    Miss,
    /// The arguments were no JSON, or not what the tool takes; the policy was told.
    WrongArguments,
    /// There is no such tool; the policy was told.
    UnknownTool,
    /// The same call was made before in this stage; the policy was told instead of shown again.
    Repeated,
    /// One call too many in this turn; the policy was told.
    NotRun,
    /// The environment failed.
    Fault,
}

impl CallOutcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::Miss,
        Self::WrongArguments,
        Self::UnknownTool,
        Self::Repeated,
        Self::NotRun,
        Self::Fault,
    ];

    /// The word for it in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Miss => "miss",
            Self::WrongArguments => "wrong_arguments",
            Self::UnknownTool => "unknown_tool",
            Self::Repeated => "repeated",
            Self::NotRun => "not_run",
            Self::Fault => "fault",
        }
    }
}

/// What the answer of a stage lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expects {
    /// Files.
    Files,
    /// Functions, methods and types.
    Functions,
    /// Nothing: what counts is what was done.
    Nothing,
}

/// A final answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What it lists.
    pub expects: Expects,
    /// The text it was read from.
    pub text: String,
    /// The places it names, in its order, each once.
    pub items: Vec<AnswerItem>,
}

/// One place of an answer: as the policy wrote it, and what it means in the repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerItem {
    /// The file as written; absent where only a name was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The name as written; absent for a whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it was understood.
    pub resolution: Resolution,
    /// The place that is meant; absent where none could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SymbolId>,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SymbolKind>,
    /// Its lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<LineSpan>,
}

impl AnswerItem {
    /// The file that is meant.
    pub fn file(&self) -> Option<&RepoPath> {
        self.id.as_ref().map(|id| &id.path)
    }
}

/// How a place of an answer was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Nobody has looked yet.
    Unresolved,
    /// As written.
    Exact,
    /// The only place whose path or name ends as written.
    Suffix,
    /// The nearest name, with no other as near.
    Nearest,
    /// The file is there; the name is not. The file alone is meant.
    FileOnly,
    /// There is nothing of that name.
    Unknown,
    /// Several places may be meant.
    Ambiguous,
}

impl Resolution {
    /// The word for it in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Exact => "exact",
            Self::Suffix => "suffix",
            Self::Nearest => "nearest",
            Self::FileOnly => "file_only",
            Self::Unknown => "unknown",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// How good an episode was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reward {
    /// The sum of its parts, each times its weight.
    #[serde(deserialize_with = "number")]
    pub value: f64,
    /// What it is made of.
    pub parts: Vec<RewardPart>,
    /// What was right, as `path::Qualified.name` and bare paths: enough to score the answer again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truth: Vec<String>,
}

/// One part of a reward.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RewardPart {
    /// Its name: `function_ndcg@5`.
    pub name: String,
    /// What is measured, in a sentence.
    pub definition: String,
    /// By how much it is multiplied.
    pub weight: f64,
    /// What was measured.
    #[serde(deserialize_with = "number")]
    pub value: f64,
}

/// JSON writes what is not a number as `null`.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

//! What happened in an episode? The shape of a trace: everything that is needed to score it again, to train
//! on it, to replay it and to show it.
//!
//! A trace is one JSON document with a version ([`Trace::FORMAT`]); `docs/traces.md` describes it for those
//! who read it with other programs. This crate knows nothing of repositories' contents, of policies or of how
//! an episode is run.

mod budgets;
mod diff;
mod end;
mod error;
mod export;
mod file;
mod import;
mod stats;
mod trace;

pub use budgets::{Budgets, Spent};
pub use diff::{TraceChange, TraceChangeKind, TraceDiff, TraceDigest, diff_traces};
pub use end::EndReason;
pub use error::TraceError;
pub use export::{
    ExportFilter, VerlSettings, openai_lines, tool_declarations, verl_rows, write_verl,
};
pub use file::{
    FrameSpan, TRACES_FILE, TraceEncoder, TraceFinding, TraceFindingKind, TraceHead, TraceReader,
    TraceWriter, sort_traces, traces_file,
};
pub use import::{ImportFormat, ImportProblem, ResolvedReport, import, import_file};
pub use stats::{
    AnswerStats, GroupStats, RewardStats, Spread, StatsDocument, ToolStats, TraceStats,
};
pub use trace::{
    Answer, AnswerItem, CallOutcome, CallRecord, Expects, PolicyRecord, Reply, Resolution, Reward,
    RewardPart, StageTrace, TaskRecord, Trace, TraceMessage,
};

//! What do we call things? Plain data that every floor shares: paths, spans, symbols, locations, tasks
//! and predictions.
//!
//! This crate knows nothing of files, git, languages or the clock. Types that are written to disk say so
//! and carry a version in the document that holds them.

mod chat;
mod language;
mod location;
mod path;
mod problem;
mod span;
mod symbol;

pub use chat::{
    Completion, FinishReason, MalformedCall, Message, Role, SampledTokens, ToolCall, Usage,
};
pub use language::Language;
pub use location::{Level, Location, Reason};
pub use path::RepoPath;
pub use problem::{Problem, Severity};
pub use span::LineSpan;
pub use symbol::{SymbolId, SymbolIdError, SymbolKind};

//! Where is what? The index of one snapshot of a repository: definitions by name, a lexical index over
//! them, and who imports, mentions and calls whom.
//!
//! Everything that depends on one blob alone is computed once per blob and cached ([`BlobRecord`]); an
//! [`Index`] puts the records of a snapshot side by side and derives the rest lazily. This crate knows
//! nothing of issues, agents or HTTP.

mod bytes;
mod document;
mod extract;
mod graph;
mod history;
mod import_statement;
mod imports;
mod index;
mod lexical;
mod literals;
mod modules;
mod names;
mod near;
mod past;
mod raises;
mod receiver;
mod record;
mod references;
mod role;
mod search;
mod shape;
pub mod tokens;
mod touched;

pub use bughound_syntax::DefinitionFlags;
pub use document::Documents;
pub use graph::{CallEdge, Evidence, Graph, Hierarchy, TestEvidence, TestMention, TypeEdge};
pub use history::{FileChanges, HistoryIndex, MAX_FILES_PER_COMMIT, SimilarCommit};
pub use import_statement::ImportStatement;
pub use imports::{ImportEdge, ImportGraph};
pub use index::{BuildReport, File, FileIdx, Index, MAX_SOURCE_BYTES, Symbol, SymbolIdx, lines_of};
pub use lexical::{
    Bm25f, CandidateScores, DocField, Hits, LexicalViews, N_DOC_FIELDS, TermShare, path_terms,
};
pub use literals::{LiteralHits, text_trigrams};
pub use names::{NameIdx, Names};
pub use past::Past;
pub use record::{
    BlobRecord, CallRecord, DefRecord, Field, N_FIELDS, Posting, RECORD_VERSION, Receiver, TextRef,
};
pub use references::{MAX_DEFINITIONS, References};
pub use role::FileRole;
pub use search::{PatternError, SearchScope, TextMatch, TextMatches, TextPattern};

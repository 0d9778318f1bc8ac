//! Files of traces.
//!
//! `traces.jsonl.zst` is one zstd frame per episode, one after the other, each of which holds one line of
//! JSON. So `zstd -dc traces.jsonl.zst` prints all of them; an episode is appended with a single write; a
//! file that was cut off at any byte holds all whole episodes before it; and frames can be put into another
//! order without being packed again.

mod encoder;
mod finding;
mod head;
mod reader;
mod scanner;
mod sort;
mod unpack;
mod writer;

pub use encoder::TraceEncoder;
pub use finding::{TraceFinding, TraceFindingKind};
pub use head::TraceHead;
pub use reader::{TraceReader, traces_file};
pub use scanner::FrameSpan;
pub use sort::sort_traces;
pub use writer::TraceWriter;

/// The name of the traces in a folder that a run wrote.
pub const TRACES_FILE: &str = "traces.jsonl.zst";

//! What is wrong with a file of traces.

use std::fmt;

/// Something in a file of traces that is no trace. The traces around it were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceFinding {
    /// What kind of thing.
    pub kind: TraceFindingKind,
    /// Where in the file it starts.
    pub offset: u64,
    /// How many bytes it takes.
    pub length: u64,
    /// What is wrong with it, where there is more to say.
    pub detail: String,
}

/// What kind of thing is wrong with a file of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraceFindingKind {
    /// The file ends inside a trace: a writer was stopped, or is at work just now.
    Torn,
    /// Bytes that are no trace, or no longer one.
    Damaged,
    /// A line that is whole and holds no trace.
    Undecodable,
}

impl fmt::Display for TraceFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, length, .. } = self;
        match self.kind {
            TraceFindingKind::Torn => write!(
                f,
                "the file ends inside a trace: its last {length} bytes, from byte {offset}, are left out"
            ),
            TraceFindingKind::Damaged => {
                write!(
                    f,
                    "{length} bytes from byte {offset} are damaged and left out"
                )
            }
            TraceFindingKind::Undecodable => write!(
                f,
                "the line at byte {offset} is no trace and is left out: {}",
                self.detail
            ),
        }
    }
}

//! What does a line of shell say? Enough of POSIX shell and bash to name the programs of a command, their words, and
//! where their output goes; no expansion, no evaluation. It knows nothing of what programs do.

mod name;
mod split;
mod unwrap;

pub(crate) use name::program_state;
pub(crate) use split::split;
pub(crate) use unwrap::{Program, programs};

/// One simple command: words and redirections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Words without their quotes.
    pub(crate) words: Vec<String>,
    /// Files that output is written to.
    pub(crate) writes: Vec<String>,
    /// Files that input is read from.
    pub(crate) reads: Vec<String>,
    /// A here-document, or the lines that SWE-agent's `edit` is given.
    pub(crate) document: Option<String>,
    /// Whether its input is the output of the command before.
    pub(crate) piped: bool,
}

//! Pairs of words and code: what somebody wrote, and the functions that it was about.
//!
//! Three sources, all of projects that no benchmark of ours tests on: fixes (mined tasks), ordinary commits (message
//! and the functions that the commit changed, as they were before it), and documentation (a docstring and the
//! function under it). A function is a *document*: its terms by field, as [`bughound_index::Documents`] gives them.

mod append;
mod build;
mod commits;
mod documents;
mod export;
mod file;

#[cfg(test)]
pub(crate) use build::toy::toy_pairs;
pub use export::{ExportRequest, ExportSummary, PairLimits, export_pairs};

/// Where a pair comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PairKind {
    /// A mined task: the statement, and the functions that the fix changed.
    Fix = 0,
    /// An ordinary commit: its message, and the functions that it changed.
    Commit = 1,
    /// A docstring, and the function that it stands in; to be read without its documentation.
    Docstring = 2,
}

impl PairKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Fix, Self::Commit, Self::Docstring];

    /// A word for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fix => "fix",
            Self::Commit => "commit",
            Self::Docstring => "docstring",
        }
    }
}

/// One term of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueryTerm {
    /// Position in [`Pairs::vocabulary`].
    pub term: u32,
    /// Its weight in the query.
    pub weight: f32,
}

/// One term in one field of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DocumentTerm {
    /// Position in [`Pairs::vocabulary`].
    pub term: u32,
    /// [`bughound_index::DocField`] as its number.
    pub field: u16,
    /// Sum of the square roots of the counts of the identifiers that hold the term, in sixteenths.
    pub sixteenths: u16,
}

/// A pair, as ranges into the arrays of [`Pairs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Position in [`Pairs::projects`].
    pub project: u32,
    /// [`PairKind`] as its number.
    pub kind: u32,
    query: [u32; 2],
    /// Positives lie from the first to the second, others of the same files from the second to the third.
    links: [u32; 3],
}

/// Pairs, with their words numbered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Names of the projects: `owner/name`.
    pub projects: Vec<String>,
    /// The hash of each term ([`bughound_index::tokens::term_hash`]).
    pub vocabulary: Vec<u64>,
    /// The pairs, project by project.
    pub pairs: Vec<Pair>,
    query_terms: Vec<QueryTerm>,
    document_at: Vec<u32>,
    document_terms: Vec<DocumentTerm>,
    links: Vec<u32>,
}

impl Pairs {
    /// The terms of a pair's text.
    pub fn query(&self, pair: &Pair) -> &[QueryTerm] {
        &self.query_terms[pair.query[0] as usize..pair.query[1] as usize]
    }

    /// The documents that the text is about.
    pub fn positives(&self, pair: &Pair) -> &[u32] {
        &self.links[pair.links[0] as usize..pair.links[1] as usize]
    }

    /// Some other documents of the same files.
    pub fn siblings(&self, pair: &Pair) -> &[u32] {
        &self.links[pair.links[1] as usize..pair.links[2] as usize]
    }

    /// Number of documents.
    pub fn n_documents(&self) -> usize {
        self.document_at.len().saturating_sub(1)
    }

    /// The terms of a document.
    pub fn document(&self, document: u32) -> &[DocumentTerm] {
        let at = document as usize;
        &self.document_terms[self.document_at[at] as usize..self.document_at[at + 1] as usize]
    }
}

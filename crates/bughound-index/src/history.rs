//! What the past says: which files and functions change often, lately, together, and for reasons like this
//! one.

use bughound_repo::History;

/// The history of a snapshot, ready for questions.
pub struct HistoryIndex {
    n_commits: usize,
}

impl HistoryIndex {
    /// Indexes a history.
    pub fn build(history: &History) -> Self {
        Self { n_commits: history.len() }
    }

    /// Number of commits.
    pub fn n_commits(&self) -> usize {
        self.n_commits
    }
}

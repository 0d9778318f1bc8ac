//! One task as a scorer sees it, with what is right; and the files that hold many.
//!
//! A file is a sequence of blocks, each `length (u64, little-endian), a zstd frame of that length`; inside a frame
//! lie the length of a JSON head (u64), the head, and the arrays that it lists. One file per project, so that
//! projects can be put together and left out as folds want it.

mod code;
mod folder;

pub use folder::ExampleFolder;

use bughound_hound::scorer::QuestionRows;
use serde::{Deserialize, Serialize};

/// One task: the rows that a scorer reads, and which of them the fix changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// Of the task.
    pub instance_id: String,
    /// `owner/name`.
    pub repo: String,
    /// The language of most files that the fix changes.
    pub language: String,
    /// What is to be found at the level of functions: functions, methods and classes, in the pool or not.
    pub n_gold: usize,
    /// Files to be found, in the list or not.
    pub n_gold_files: usize,
    /// Distinct terms of the issue.
    pub n_terms: usize,
    /// Candidates of the whole index.
    pub n_candidates: usize,
    /// `path::Qualified.name` of each candidate of the pool, best by hand first.
    pub ids: Vec<String>,
    /// Whether the fix changes it. Definitions that share an id are all marked.
    pub is_gold: Vec<bool>,
    /// The hand-made score of each.
    pub hand: Vec<f32>,
    /// The file of each, as a position in [`Example::files`].
    pub file_of: Vec<u32>,
    /// Rows of candidates, [`ExampleShape::candidate`] numbers each.
    pub candidate_rows: Vec<f32>,
    /// Paths of files, best by hand first.
    pub files: Vec<String>,
    /// Whether the fix changes the file.
    pub is_gold_file: Vec<bool>,
    /// The hand-made score of each file.
    pub file_hand: Vec<f32>,
    /// Rows of files, [`ExampleShape::file`] numbers each.
    pub file_rows: Vec<f32>,
}

/// Numbers in the rows of examples, and what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleShape {
    /// What each number of a candidate's row is.
    pub candidate: Vec<String>,
    /// What each number of a file's row is.
    pub file: Vec<String>,
}

impl ExampleShape {
    /// What this build of Bughound reads.
    pub fn current() -> Self {
        Self {
            candidate: bughound_hound::inputs::candidate_input_names(),
            file: bughound_hound::inputs::file_input_names(),
        }
    }
}

impl Example {
    /// The gold candidates of the pool.
    pub fn gold(&self) -> impl Iterator<Item = usize> {
        (0..self.is_gold.len()).filter(|&at| self.is_gold[at])
    }

    /// What a scorer reads of it.
    pub fn question(&self) -> QuestionRows<'_> {
        QuestionRows {
            candidate_rows: &self.candidate_rows,
            hand: &self.hand,
            file_of: &self.file_of,
            file_rows: &self.file_rows,
            file_hand: &self.file_hand,
        }
    }

    /// Sets the numbers whose names begin with one of `prefixes` to 0 in every row. A network that learns from such
    /// rows does not hear of them later either.
    pub fn blank(&mut self, prefixes: &[String]) {
        let blank = |names: Vec<String>, rows: &mut [f32]| {
            let width = names.len();
            let columns: Vec<usize> = (0..width)
                .filter(|&at| prefixes.iter().any(|prefix| names[at].starts_with(prefix)))
                .collect();
            for row in rows.chunks_exact_mut(width) {
                for &at in &columns {
                    row[at] = 0.0;
                }
            }
        };
        blank(
            bughound_hound::inputs::candidate_input_names(),
            &mut self.candidate_rows,
        );
        blank(
            bughound_hound::inputs::file_input_names(),
            &mut self.file_rows,
        );
    }

    /// Ids that are gold and in the pool, each once.
    pub fn n_gold_in_pool(&self) -> usize {
        let mut ids: Vec<&str> = self.gold().map(|at| self.ids[at].as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }
}

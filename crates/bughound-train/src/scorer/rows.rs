//! What training keeps of an example: the candidates worth learning from, standardised.

use bughound_hound::scorer::{Rows, Standard};
use bughound_net::Rng;

use crate::example::Example;

/// One question to learn from.
pub(super) struct Prepared {
    pub(super) rows: Rows,
    /// How the scores of candidates ought to be spread; sums to 1, or is empty where no candidate is right.
    pub(super) candidate_targets: Vec<f32>,
    /// The same for files.
    pub(super) file_targets: Vec<f32>,
}

/// How many candidates a question is cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The best by hand.
    pub(super) n_best: usize,
    /// Others by chance.
    pub(super) n_others: usize,
    /// The best files by hand.
    pub(super) n_files: usize,
}

/// `None` where there is nothing to learn: neither a candidate nor a file of the pool is right.
pub(super) fn prepare(
    example: &Example,
    candidate: &Standard,
    file: &Standard,
    cut: Cut,
    rng: &mut Rng,
) -> Option<Prepared> {
    let n = example.ids.len();
    let mut others: Vec<usize> = (cut.n_best.min(n)..n)
        .filter(|&at| !example.is_gold[at])
        .collect();
    rng.shuffle(&mut others);
    others.truncate(cut.n_others);
    let mut chosen: Vec<usize> = (0..cut.n_best.min(n))
        .chain(others)
        .chain(example.gold())
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    let mut files: Vec<usize> = (0..example.files.len())
        .filter(|&at| at < cut.n_files || example.is_gold_file[at])
        .chain(chosen.iter().map(|&at| example.file_of[at] as usize))
        .collect();
    files.sort_unstable();
    files.dedup();
    let candidate_targets = spread(&chosen, &example.is_gold);
    let file_targets = spread(&files, &example.is_gold_file);
    if candidate_targets.is_empty() && file_targets.is_empty() {
        return None;
    }
    let file_of = chosen
        .iter()
        .map(|&at| {
            files
                .binary_search(&(example.file_of[at] as usize))
                .unwrap_or(0)
        })
        .collect();
    Some(Prepared {
        rows: Rows {
            files: file.rows(&example.file_rows, files.iter().copied()),
            candidates: candidate.rows(&example.candidate_rows, chosen.iter().copied()),
            file_of,
        },
        candidate_targets,
        file_targets,
    })
}

/// Evenly over those that are right; empty where none is, and where there is nothing to choose among.
fn spread(chosen: &[usize], right: &[bool]) -> Vec<f32> {
    let n = chosen.iter().filter(|&&at| right[at]).count();
    if n == 0 || chosen.len() < 2 {
        return Vec::new();
    }
    chosen
        .iter()
        .map(|&at| if right[at] { 1.0 / n as f32 } else { 0.0 })
        .collect()
}

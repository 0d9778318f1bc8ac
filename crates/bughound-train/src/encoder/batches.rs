//! Which pairs are learnt from together: pairs of one project and one kind, since telling a project's functions apart
//! is what is asked for.

use bughound_net::Rng;

use crate::pairs::{Pair, PairKind, Pairs};

/// A text with one function that it is about, as numbers of documents.
pub(super) struct Row<'a> {
    pub(super) pair: &'a Pair,
    pub(super) positive: u32,
    pub(super) siblings: Vec<u32>,
}

/// Pairs learnt from together.
pub(super) struct Batch<'a> {
    pub(super) kind: PairKind,
    pub(super) rows: Vec<Row<'a>>,
}

/// Fewer pairs than this are no batch.
const SMALLEST: usize = 8;

/// The batches of one epoch, in the order in which they are learnt from.
pub(super) fn batches<'a>(
    pairs: &Pairs,
    training: &[&'a Pair],
    size: usize,
    n_siblings: usize,
    rng: &mut Rng,
) -> Vec<Batch<'a>> {
    let mut out: Vec<Batch<'a>> = Vec::new();
    for project in 0..pairs.projects.len() {
        for kind in PairKind::ALL {
            let mut of_project: Vec<&'a Pair> = training
                .iter()
                .copied()
                .filter(|pair| pair.project as usize == project && pair.kind == kind as u32)
                .collect();
            rng.shuffle(&mut of_project);
            for part in of_project
                .chunks(size)
                .filter(|part| part.len() >= SMALLEST)
            {
                let rows = part
                    .iter()
                    .map(|&pair| {
                        let positives = pairs.positives(pair);
                        let mut siblings = pairs.siblings(pair).to_vec();
                        rng.shuffle(&mut siblings);
                        siblings.truncate(n_siblings);
                        Row {
                            pair,
                            positive: positives[rng.below(positives.len())],
                            siblings,
                        }
                    })
                    .collect();
                out.push(Batch { kind, rows });
            }
        }
    }
    rng.shuffle(&mut out);
    out
}

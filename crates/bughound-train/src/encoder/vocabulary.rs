//! Which terms get a vector: those that most projects use.

use crate::pairs::{Pair, Pairs};

/// A term that has no vector.
pub(super) const NONE: u32 = u32::MAX;

/// The chosen terms.
pub(super) struct Vocabulary {
    /// The row of each term of the pairs, or [`NONE`].
    pub(super) row_of: Vec<u32>,
    /// Hash of each row, ascending.
    pub(super) hashes: Vec<u64>,
    /// `N / n` of each row, in which `n` of `N` texts and documents hold it.
    pub(super) rarity: Vec<f32>,
}

impl Vocabulary {
    /// Takes the `size` terms that most projects use, then those that most texts and documents hold; none that a
    /// single project uses.
    pub(super) fn choose(pairs: &Pairs, training: &[&Pair], size: usize) -> Self {
        let n_terms = pairs.vocabulary.len();
        let mut n_holders = vec![0u32; n_terms];
        let mut n_projects = vec![0u32; n_terms];
        let mut last_project = vec![NONE; n_terms];
        let mut seen = vec![false; pairs.n_documents()];
        let mut total = 0u32;
        let mut count = |terms: &mut dyn Iterator<Item = u32>, project: u32| {
            total += 1;
            let mut before = NONE;
            for term in terms {
                if std::mem::replace(&mut before, term) == term {
                    continue;
                }
                n_holders[term as usize] += 1;
                if std::mem::replace(&mut last_project[term as usize], project) != project {
                    n_projects[term as usize] += 1;
                }
            }
        };
        for pair in training {
            count(&mut pairs.query(pair).iter().map(|t| t.term), pair.project);
            for &document in pairs.positives(pair).iter().chain(pairs.siblings(pair)) {
                if !std::mem::replace(&mut seen[document as usize], true) {
                    let terms = pairs.document(document);
                    count(&mut terms.iter().map(|t| t.term), pair.project);
                }
            }
        }
        let mut order: Vec<u32> = (0..)
            .zip(&n_projects)
            .filter(|(_, n)| **n > 1)
            .map(|(term, _)| term)
            .collect();
        order.sort_unstable_by_key(|&term| {
            let at = term as usize;
            let (projects, holders) = (n_projects[at], n_holders[at]);
            (std::cmp::Reverse((projects, holders)), pairs.vocabulary[at])
        });
        order.truncate(size);
        order.sort_unstable_by_key(|&term| pairs.vocabulary[term as usize]);
        let mut row_of = vec![NONE; n_terms];
        for (row, &term) in (0..).zip(&order) {
            row_of[term as usize] = row;
        }
        Self {
            row_of,
            hashes: order
                .iter()
                .map(|&t| pairs.vocabulary[t as usize])
                .collect(),
            rarity: order
                .iter()
                .map(|&t| total as f32 / n_holders[t as usize].max(1) as f32)
                .collect(),
        }
    }
}

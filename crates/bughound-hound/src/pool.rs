//! Which candidates are worth a closer look: the pool that a learned scorer orders anew.
//!
//! The head is that of the hand-made order. Behind it stand those that are high on any of several lists, joined by
//! reciprocal rank fusion (G. Cormack, C. Clarke, S. Büttcher, SIGIR 2009: `sum w / (k + rank)`): what no single
//! score finds is often found by another (docs/lab/pool.md).

use bughound_index::{Index, SymbolIdx};

use crate::Context;
use crate::compute::top;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::hand;

/// Rows taken as the hand-made order has them.
const N_HEAD: usize = 20;
/// `k`.
const RANK_OFFSET: f32 = 20.0;
/// What the hand-made order weighs; each list weighs 1.
const HAND_WEIGHT: f32 = 16.0;
/// What the best files' own lists weigh.
const FILE_WEIGHT: f32 = 1.0;
/// How many files have one.
const N_FILES: usize = 8;
/// How far down a list is looked at: further down it says next to nothing.
const N_LISTED: usize = 1000;
/// How many ranks each file's list begins below the one before.
const FILE_STEP: usize = 10;

const LISTS: [C; 12] = [
    C::Bm25fHead,
    C::Bm25fTitle,
    C::CalledTogether,
    C::Callee,
    C::Caller,
    C::SimilarFixes,
    C::NameCoverage,
    C::Exact,
    C::TestFiles,
    C::TestFunctions,
    C::Lines,
    C::Bm25fProse,
];

/// At most `n` candidates of an index that are worth a closer look for an issue, best guess first.
pub fn pool_of(index: &Index, issue: &str, context: &Context<'_>, n: usize) -> Vec<SymbolIdx> {
    let features = crate::features_of(index, issue, context);
    pool(index, &features, n)
        .into_iter()
        .map(|row| features.candidates[row])
        .collect()
}

/// The rows of at most `n` candidates, best guess first. Empty where no candidate has a score.
pub(crate) fn pool(index: &Index, features: &Features, n: usize) -> Vec<usize> {
    let hand = hand::scores(features);
    let order = top(&hand, usize::MAX);
    if order.is_empty() {
        return order;
    }
    let mut sums = vec![0.0f32; hand.len()];
    let add = |sums: &mut [f32], rows: &[usize], weight: f32, first: usize| {
        for (rank, &row) in rows.iter().enumerate() {
            sums[row] += weight / (RANK_OFFSET + (first + rank) as f32);
        }
    };
    add(&mut sums, &order, HAND_WEIGHT, 0);
    for list in LISTS {
        add(&mut sums, &top(features.candidate(list), N_LISTED), 1.0, 0);
    }
    for (place, file) in top(features.file(F::Fused), N_FILES)
        .into_iter()
        .enumerate()
    {
        let in_file = order
            .iter()
            .copied()
            .filter(|&row| index.file_of(features.candidates[row]).index() == file);
        let rows: Vec<usize> = in_file.collect();
        add(&mut sums, &rows, FILE_WEIGHT, place * FILE_STEP);
    }
    // Sums stay below (16 + 12 + 1) / 20.
    let head = order.iter().take(N_HEAD).enumerate();
    for (rank, &row) in head {
        sums[row] = (10 + N_HEAD - rank) as f32;
    }
    top(&sums, n)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use bughound_repo::Snapshot;
    use bughound_store::Store;

    use super::*;
    use crate::features_of;

    #[test]
    fn the_head_is_the_best_and_every_list_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        let mut text = String::from("def apply_discount(cart):\n    return round_cents(cart)\n\n");
        for at in 0..200 {
            text.push_str(&format!("def discount_{at}(cart):\n    return cart\n\n"));
        }
        fs::write(dir.path().join("shop.py"), text).unwrap();
        let hidden = "def round_cents(x):\n    return x\n\n\ndef far():\n    return 1\n";
        fs::write(dir.path().join("money.py"), hidden).unwrap();
        let snapshot = Snapshot::worktree(dir.path()).unwrap();
        let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
        let features = features_of(
            &index,
            "`apply_discount`: wrong discount",
            &Context::default(),
        );
        let names: Vec<&str> = pool(&index, &features, 100)
            .into_iter()
            .map(|row| index.symbol(features.candidates[row]).name())
            .collect();
        assert_eq!(names.len(), 100);
        let hand = top(&hand::scores(&features), N_HEAD);
        for (name, row) in names.iter().zip(hand) {
            assert_eq!(*name, index.symbol(features.candidates[row]).name());
        }
        // Its words are not in the issue; what the best candidate calls is worth a look.
        assert!(names.contains(&"round_cents"), "{names:?}");
        assert!(!names.contains(&"far"));
        assert!(pool(&index, &features, 0).is_empty());
        let first = pool_of(
            &index,
            "`apply_discount`: wrong discount",
            &Context::default(),
            1,
        );
        assert_eq!(index.symbol(first[0]).name(), "apply_discount");
        let nothing = features_of(&index, "zzzz", &Context::default());
        assert!(pool(&index, &nothing, 40).is_empty());
    }
}

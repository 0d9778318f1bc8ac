//! Which sequences are learnt from together.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// An order of `n` things by chance: the same for the same seed and epoch, and another for each epoch.
pub(crate) fn shuffled(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let seed = xxh3_64_with_seed(&(epoch as u64).to_le_bytes(), seed);
    order.sort_by_key(|&at| (xxh3_64_with_seed(&(at as u64).to_le_bytes(), seed), at));
    order
}

/// Spreads sequences of the given lengths over passes of at most `most` tokens: the longest first, each into the first pass that has
/// room. A sequence that is longer by itself has a pass of its own. Places in a pass are in the order given.
pub(crate) fn packed(lengths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut by_length: Vec<usize> = (0..lengths.len()).collect();
    by_length.sort_by_key(|&at| (std::cmp::Reverse(lengths[at]), at));
    let mut passes: Vec<(usize, Vec<usize>)> = Vec::new();
    for at in by_length {
        let length = lengths[at];
        match passes.iter_mut().find(|(used, _)| used + length <= most) {
            Some((used, pass)) => {
                *used += length;
                pass.push(at);
            }
            None => passes.push((length, vec![at])),
        }
    }
    passes
        .into_iter()
        .map(|(_, mut pass)| {
            pass.sort_unstable();
            pass
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passes_are_full() {
        let check = |lengths: &[usize], most: usize, expected: &[&[usize]]| {
            assert_eq!(packed(lengths, most), expected, "{lengths:?} in {most}");
        };
        check(&[], 10, &[]);
        check(&[4, 6, 5, 5], 10, &[&[0, 1], &[2, 3]]);
        check(&[12, 3], 10, &[&[0], &[1]]);
        check(&[10, 1], 10, &[&[0], &[1]]);
    }

    proptest! {
        #[test]
        fn each_is_there_once(lengths in prop::collection::vec(1..40_usize, 0..30), most in 1..60_usize) {
            let passes = packed(&lengths, most);
            let mut all: Vec<usize> = passes.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for pass in &passes {
                let sum: usize = pass.iter().map(|&at| lengths[at]).sum();
                prop_assert!(sum <= most || pass.len() == 1);
            }
        }

        #[test]
        fn orders_are_permutations(n in 0..50_usize, seed: u64) {
            let mut order = shuffled(n, seed, 1);
            prop_assert_eq!(&order, &shuffled(n, seed, 1));
            order.sort_unstable();
            prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
        }
    }
}

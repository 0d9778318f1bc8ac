//! Seeds of attempts.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The seed of one attempt: it depends on the run's seed, the task and the attempt, and on nothing else, so that
/// a run that is continued, or that works on its tasks in another order, draws the same numbers. Below 2^31,
/// which every server takes.
pub fn seed_of(run_seed: u64, instance_id: &str, attempt: u32) -> u64 {
    let name = format!("{instance_id}#{attempt}");
    xxh3_64_with_seed(name.as_bytes(), run_seed) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::seed_of;

    #[test]
    fn seeds_differ_and_repeat() {
        let seed = seed_of(7, "a__b-1", 0);
        assert_eq!(seed, seed_of(7, "a__b-1", 0));
        assert!(seed < 1 << 31);
        for other in [
            seed_of(8, "a__b-1", 0),
            seed_of(7, "a__b-2", 0),
            seed_of(7, "a__b-1", 1),
        ] {
            assert_ne!(seed, other);
        }
    }
}

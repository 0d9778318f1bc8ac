use std::collections::BTreeSet;

use nanoid::{alphabet, nanoid, rngs};

#[test]
fn ids_have_the_length_and_letters_that_were_asked_for() {
    for length in [1, 10, 21, 64] {
        let id = nanoid!(length);
        assert_eq!(id.len(), length);
        assert!(id.chars().all(|letter| alphabet::SAFE.contains(&letter)));
    }
}

#[test]
fn ids_differ() {
    let ids: BTreeSet<String> = (0..1000).map(|_| nanoid!()).collect();
    assert_eq!(ids.len(), 1000);
}

#[test]
fn random_bytes_are_neither_constant_nor_repeated() {
    for random in [rngs::default, rngs::non_secure] {
        let (one, other) = (random(64), random(64));
        assert_eq!((one.len(), other.len()), (64, 64));
        assert_ne!(one, other);
        assert!(one.iter().collect::<BTreeSet<_>>().len() > 16);
    }
}

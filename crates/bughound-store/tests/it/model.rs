//! Two handles in any order of operations, against a map.

use std::collections::{BTreeMap, BTreeSet};

use bughound_store::{Store, Table};
use proptest::prelude::*;
use tempfile::tempdir;

use crate::{entries, key, value};

#[derive(Clone, Debug)]
enum Step {
    /// One handle is opened anew.
    Open { handle: usize },
    /// One handle writes a range of entries.
    Put { handle: usize, start: u32, len: u32 },
    /// One handle replaces what it has seen.
    Replace { handle: usize, start: u32, len: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..2_usize).prop_map(|handle| Step::Open { handle }),
        6 => (0..2_usize, 0..300_u32, 0..40_u32).prop_map(|(handle, start, len)| Step::Put { handle, start, len }),
        1 => (0..2_usize, 0..300_u32, 0..40_u32).prop_map(|(handle, start, len)| Step::Replace { handle, start, len }),
    ]
}

/// A handle and what it must show; each written batch is known by its number.
struct Handle {
    table: Table,
    batches: BTreeSet<usize>,
}

fn check(handle: &Handle, batches: &BTreeMap<usize, std::ops::Range<u32>>) {
    let expect: BTreeSet<u32> = handle
        .batches
        .iter()
        .flat_map(|batch| batches[batch].clone())
        .collect();
    assert_eq!(handle.table.len(), expect.len());
    for n in 0..340 {
        let found = handle.table.get(&key(n)).map(<[u8]>::to_vec);
        assert_eq!(found, expect.contains(&n).then(|| value(n)), "key {n}");
    }
    assert!(
        handle.table.findings().is_empty(),
        "{:?}",
        handle.table.findings()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn two_handles_against_a_map(steps in proptest::collection::vec(step(), 1..60)) {
        let dir = tempdir().expect("a folder");
        let store = Store::at(dir.path());
        let open = |batches: &BTreeSet<usize>| Handle { table: store.table("t", 1), batches: batches.clone() };
        let (mut written, mut live) = (BTreeMap::new(), BTreeSet::new());
        let mut handles = [open(&live), open(&live)];
        // A merge gives batches a new home that an older handle has not seen and so cannot replace;
        // batches are replaced one by one only as long as nothing was merged.
        let mut merged = false;
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Open { handle } => handles[handle] = open(&live),
                Step::Put { handle, start, len } => {
                    handles[handle].table.put_all(&entries(start..start + len)).expect("written");
                    if len > 0 {
                        written.insert(number, start..start + len);
                        live.insert(number);
                    }
                    let n_files = crate::files(dir.path(), "t", "segment").len();
                    merged |= n_files < live.len();
                }
                Step::Replace { handle, start, len } => {
                    if merged {
                        handles[handle] = open(&live);
                    }
                    handles[handle].table.replace_all(&entries(start..start + len)).expect("written");
                    let seen = handles[handle].batches.clone();
                    live.retain(|batch| !seen.contains(batch));
                    written.insert(number, start..start + len);
                    live.insert(number);
                }
            }
            handles.iter().for_each(|handle| check(handle, &written));
        }
        check(&open(&live), &written);
    }
}

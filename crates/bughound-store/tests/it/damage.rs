//! Files that a kill, a full disk or a bad disk left behind: never wrong data.

use std::fs;
use std::path::{Path, PathBuf};

use bughound_store::{Store, Table};
use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use crate::{entries, files, key, value};

const N: u32 = 12;

/// A table of one small segment.
fn one_segment() -> (TempDir, Store, PathBuf, Vec<u8>) {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 3)
        .put_all(&entries(0..N))
        .expect("written");
    let path = files(dir.path(), "t", "segment").remove(0);
    let bytes = fs::read(&path).expect("read");
    (dir, store, path, bytes)
}

/// Every value is right or absent; answers how many are right.
fn n_right(table: &Table) -> usize {
    let right = |n: &u32| match table.get(&key(*n)) {
        Some(found) => {
            assert_eq!(found, value(*n), "{n}");
            true
        }
        None => false,
    };
    (0..N).filter(right).count()
}

#[test]
fn a_kill_at_any_byte_of_a_write() {
    let (dir, store, path, bytes) = one_segment();
    fs::remove_file(&path).expect("removed");
    let temporary = path.with_extension("temporary");
    for len in 0..=bytes.len() {
        // Killed before the renaming: as if nothing had been written.
        fs::write(&temporary, &bytes[..len]).expect("written");
        let table = store.table("t", 3);
        assert!(table.is_empty() && table.findings().is_empty(), "{len}");
        fs::remove_file(&temporary).expect("removed");
        // Torn although it was renamed, as after a power cut.
        fs::write(&path, &bytes[..len]).expect("written");
        let table = store.table("t", 3);
        let whole = len == bytes.len();
        assert_eq!(n_right(&table), if whole { N as usize } else { 0 }, "{len}");
        assert_eq!(table.findings().is_empty(), whole, "{len}");
        fs::remove_file(&path).expect("removed");
    }
    // Zeros where data should be, too.
    for len in 0..bytes.len() {
        let mut torn = bytes.clone();
        torn[len..].fill(0);
        fs::write(&path, torn).expect("written");
        n_right(&store.table("t", 3));
    }
    drop(dir);
}

#[test]
fn any_flipped_bit() {
    let (_dir, store, path, bytes) = one_segment();
    let mut lost = 0;
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).expect("written");
        let table = store.table("t", 3);
        let n = n_right(&table);
        assert_eq!(
            n < N as usize,
            !table.findings().is_empty(),
            "bit {bit}: {:?}",
            table.findings()
        );
        lost += N as usize - n;
    }
    assert!(lost > bytes.len(), "flips were noticed: {lost}");
}

#[test]
fn damaged_segments_are_superseded_by_the_next_write() {
    let (dir, store, path, mut bytes) = one_segment();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).expect("written");
    assert_eq!(store.stats()[0].n_damaged_segments, 1);
    let table = store.table("t", 3);
    assert!(
        table.findings()[0].contains("computed anew"),
        "{:?}",
        table.findings()
    );
    table.put_all(&entries(0..N)).expect("written");
    assert!(!path.exists());
    assert_eq!(n_right(&store.table("t", 3)), N as usize);
    assert_eq!(store.stats()[0].n_damaged_segments, 0);
    drop(dir);
}

#[test]
fn a_damaged_value_costs_itself_alone() {
    let (dir, store, path, mut bytes) = one_segment();
    // The first value with bytes starts right after the head (value(0) is empty).
    bytes[16] ^= 1;
    fs::write(&path, &bytes).expect("written");
    let table = store.table("t", 3);
    assert_eq!(n_right(&table), N as usize - 1);
    let ahead = store.table("t", 3);
    ahead.read_ahead(N as usize);
    assert_eq!(n_right(&ahead), N as usize - 1);
    assert_eq!(ahead.findings(), table.findings());
    assert!(
        table.findings()[0].contains("a value is damaged"),
        "{:?}",
        table.findings()
    );
    assert_eq!(store.stats()[0].n_damaged_values, 1);
    // Computed anew, it is found beside the damaged one, also through merges.
    for _ in 0..20 {
        store
            .table("t", 3)
            .put_all(&entries(0..N))
            .expect("written");
        assert_eq!(n_right(&store.table("t", 3)), N as usize);
    }
    drop(dir);
}

#[test]
fn segments_of_another_table_are_not_trusted() {
    let (dir, store, path, _) = one_segment();
    fs::create_dir(dir.path().join("u")).expect("a folder");
    fs::copy(&path, dir.path().join("u/copied.segment")).expect("copied");
    let table = store.table("u", 3);
    assert!(table.is_empty());
    assert!(
        table.findings()[0].contains("another table"),
        "{:?}",
        table.findings()
    );
}

#[test]
fn old_temporaries_are_removed_and_new_ones_left() {
    let (dir, store, path, bytes) = one_segment();
    let (old, new) = (
        path.with_file_name("old.temporary"),
        path.with_file_name("new.temporary"),
    );
    for file in [&old, &new] {
        fs::write(file, &bytes).expect("written");
    }
    set_modified_hours_ago(&old, 2);
    store
        .table("t", 3)
        .put_all(&entries(20..30))
        .expect("written");
    assert_eq!((old.exists(), new.exists()), (false, true));
    assert_eq!(store.stats()[0].n_temporaries, 1);
    drop(dir);
}

fn set_modified_hours_ago(path: &Path, hours: u64) {
    let file = fs::File::options().write(true).open(path).expect("a file");
    let now = file
        .metadata()
        .and_then(|meta| meta.modified())
        .expect("a time");
    file.set_modified(now - std::time::Duration::from_secs(hours * 3600))
        .expect("set");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever lies in the folder, opening it neither panics nor invents values.
    #[test]
    fn any_bytes_as_a_segment(bytes in proptest::collection::vec(any::<u8>(), 0..400), keep in 0..64_usize) {
        let (_dir, store, path, whole) = one_segment();
        let mut file = whole[..keep.min(whole.len())].to_vec();
        file.extend_from_slice(&bytes);
        fs::write(&path, file).expect("written");
        prop_assert_eq!(n_right(&store.table("t", 3)), 0);
    }
}

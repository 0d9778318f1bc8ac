//! What goes in comes out.

use std::fs;

use bughound_store::{Store, StoreError};
use tempfile::tempdir;

use crate::{entries, files, key, value};

#[test]
fn values_come_back_in_a_later_opening() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path().join("made/on/first/write"));
    let before = store.table("t", 1);
    assert!(before.is_empty() && before.get(&key(1)).is_none() && before.findings().is_empty());
    before.put_all(&entries(0..500)).expect("written");
    assert!(before.is_empty(), "an opening does not change");
    let after = store.table("t", 1);
    assert_eq!(after.len(), 500);
    for n in 0..500 {
        assert_eq!(after.get(&key(n)), Some(value(n).as_slice()), "{n}");
        assert!(after.contains(&key(n)));
    }
    assert!(!after.contains(&key(500)) && after.get(&key(500)).is_none());
    // The same values, whether some or all of them are read in one go.
    after.put_all(&entries(500..700)).expect("written");
    for (n_read, n_wanted) in [(0, 1), (3, 700), (700, 175)] {
        let table = store.table("t", 1);
        (0..n_read).for_each(|n| assert_eq!(table.get(&key(n)), Some(value(n).as_slice())));
        table.read_ahead(n_wanted);
        for n in 0..700 {
            assert_eq!(table.get(&key(n)), Some(value(n).as_slice()), "{n}");
        }
    }
    let mut keys: Vec<_> = (0..500).map(key).collect();
    keys.sort_unstable();
    assert_eq!(after.keys(), keys);
    assert!(store.table("other", 1).is_empty());
}

#[test]
fn keys_that_are_not_hashes_are_found_too() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    let keys: Vec<_> = (0..=255)
        .flat_map(|n| [[n; 20], [0; 20].map(|_: u8| n / 2)])
        .collect();
    let mut small = [[0; 20]; 300];
    for (n, key) in (0_u16..).zip(small.iter_mut()) {
        key[18..].copy_from_slice(&n.to_be_bytes());
    }
    for (name, keys) in [("spread", keys.as_slice()), ("crowded", &small)] {
        let entries: Vec<_> = keys.iter().map(|key| (*key, key.to_vec())).collect();
        store.table(name, 1).put_all(&entries).expect("written");
        let table = store.table(name, 1);
        for key in keys {
            assert_eq!(table.get(key), Some(key.as_slice()), "{name}");
        }
        assert_eq!(table.get(&[0xAB; 20]).is_some(), name == "spread");
    }
}

#[test]
fn of_a_key_that_comes_twice_the_first_is_kept() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 1)
        .put_all(&[(key(1), b"first".to_vec()), (key(1), b"second".to_vec())])
        .expect("written");
    let table = store.table("t", 1);
    assert_eq!(
        (table.len(), table.get(&key(1))),
        (1, Some(b"first".as_slice()))
    );
}

#[test]
fn many_small_segments_become_few() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    let early = store.table("t", 1);
    for n in 0..200 {
        store
            .table("t", 1)
            .put_all(&entries(n * 10..n * 10 + 12))
            .expect("written");
        assert!(files(dir.path(), "t", "segment").len() <= 32, "after {n}");
    }
    let table = store.table("t", 1);
    assert_eq!(table.len(), 2002);
    assert!((0..2002).all(|n| table.get(&key(n)) == Some(value(n).as_slice())));
    assert!(table.findings().is_empty() && early.is_empty());
    let stats = store.stats();
    let bytes: u64 = files(dir.path(), "t", "segment")
        .iter()
        .map(|path| path.metadata().expect("a file").len())
        .sum();
    assert_eq!(
        (stats.len(), stats[0].n_bytes, stats[0].versions.as_slice()),
        (1, bytes, [1].as_slice())
    );
}

#[test]
fn an_opening_survives_that_others_merge_its_segments() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    for n in 0..16 {
        store
            .table("t", 1)
            .put_all(&entries(n * 10..n * 10 + 10))
            .expect("written");
    }
    let table = store.table("t", 1);
    store
        .table("t", 1)
        .put_all(&entries(160..170))
        .expect("written");
    assert_eq!(files(dir.path(), "t", "segment").len(), 1);
    assert!((0..160).all(|n| table.get(&key(n)) == Some(value(n).as_slice())));
}

#[test]
fn replacing_removes_what_was_seen_and_nothing_else() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 1)
        .put_all(&entries(0..10))
        .expect("written");
    let seen = store.table("t", 1);
    store
        .table("t", 1)
        .put_all(&entries(10..20))
        .expect("written");
    seen.replace_all(&[(key(0), b"new".to_vec())])
        .expect("written");
    let after = store.table("t", 1);
    assert_eq!(after.len(), 11);
    assert_eq!(after.get(&key(0)), Some(b"new".as_slice()));
    assert_eq!(
        (after.get(&key(1)), after.get(&key(15))),
        (None, Some(value(15).as_slice()))
    );
}

#[test]
fn other_versions_are_as_good_as_absent() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 2)
        .put_all(&entries(0..10))
        .expect("written");
    let newer = store.table("t", 3);
    assert!(newer.is_empty());
    assert!(
        newer.findings()[0].contains("older version"),
        "{:?}",
        newer.findings()
    );
    let older = store.table("t", 1);
    assert!(older.is_empty());
    assert!(
        older.findings()[0].contains("newer version"),
        "{:?}",
        older.findings()
    );
    older.put_all(&entries(20..30)).expect("written");
    assert_eq!(
        store.table("t", 2).len(),
        10,
        "an older program removes nothing"
    );
    newer.put_all(&entries(0..5)).expect("written");
    assert!(store.table("t", 2).is_empty(), "a newer one supersedes");
    assert_eq!(store.table("t", 3).len(), 5);
}

#[test]
fn no_store_keeps_nothing() {
    let table = Store::none().table("t", 1);
    table.put_all(&entries(0..10)).expect("dropped");
    assert!(table.is_empty() && Store::none().stats().is_empty());
    assert_eq!(Store::none().clear().expect("nothing to do"), 0);
}

#[test]
fn clearing_leaves_what_is_not_ours() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("a/b", 1)
        .put_all(&entries(0..10))
        .expect("written");
    store
        .table("c", 1)
        .put_all(&entries(0..10))
        .expect("written");
    fs::write(dir.path().join("c/notes.txt"), "mine").expect("written");
    fs::write(dir.path().join("letter.txt"), "mine").expect("written");
    assert_eq!(
        store
            .stats()
            .iter()
            .map(|table| table.name.as_str())
            .collect::<Vec<_>>(),
        ["a/b", "c"]
    );
    assert!(store.clear().expect("cleared") > 0);
    assert!(store.table("a/b", 1).is_empty() && store.table("c", 1).is_empty());
    assert!(dir.path().join("c/notes.txt").exists() && dir.path().join("letter.txt").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_reads_as_empty() {
    let dir = tempdir().expect("a folder");
    fs::write(dir.path().join("file"), "in the way").expect("written");
    fs::create_dir(dir.path().join("cache")).expect("a folder");
    fs::write(dir.path().join("cache/t"), "in the way").expect("written");
    for place in ["file", "file/below", "cache"] {
        let store = Store::at(dir.path().join(place));
        let table = store.table("t", 1);
        assert!(table.is_empty(), "{place}");
        let StoreError::Write { path, .. } = table.put_all(&entries(0..10)).expect_err("no folder");
        assert!(
            path.starts_with(dir.path().join(place)),
            "{place}: {}",
            path.display()
        );
        assert!(table.get(&key(1)).is_none());
        assert_eq!(store.clear().expect("nothing to clear"), 0, "{place}");
    }
    assert_eq!(
        fs::read(dir.path().join("cache/t")).expect("still there"),
        b"in the way"
    );
}

#[test]
fn a_table_can_be_read_from_several_threads() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 1)
        .put_all(&entries(0..2000))
        .expect("written");
    let table = store.table("t", 1);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert!((0..2000).all(|n| table.get(&key(n)) == Some(value(n).as_slice())));
            });
        }
    });
}

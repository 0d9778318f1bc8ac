//! Writers at the same time: threads, and real processes of which some are killed.

use std::process::{Command, Stdio};

use bughound_store::Store;
use tempfile::tempdir;

use crate::{entries, files, key, value};

const PER_WRITER: u32 = 240;
const PER_SEGMENT: u32 = 6;

/// Writes the values of one writer, reading all the while.
fn write_and_read(store: &Store, writer: u32) {
    let first = writer * PER_WRITER;
    for start in (first..first + PER_WRITER).step_by(PER_SEGMENT as usize) {
        store
            .table("t", 1)
            .put_all(&entries(start..start + PER_SEGMENT))
            .expect("written");
        let table = store.table("t", 1);
        for n in first..start + PER_SEGMENT {
            assert_eq!(
                table.get(&key(n)),
                Some(value(n).as_slice()),
                "writer {writer} misses {n}"
            );
        }
        assert!(table.findings().is_empty(), "{:?}", table.findings());
    }
}

#[test]
fn threads_write_at_the_same_time() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || write_and_read(store, writer));
        }
    });
    assert_eq!(store.table("t", 1).len(), 4 * PER_WRITER as usize);
    assert!(files(dir.path(), "t", "segment").len() <= 40);
    assert!(files(dir.path(), "t", "temporary").is_empty());
}

/// The body of a writing process, started by the test below; by itself it does nothing.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the parent process tells where to write"
)]
fn child() {
    let (Ok(dir), Ok(writer)) = (
        std::env::var("STORE_TEST_DIR"),
        std::env::var("STORE_TEST_WRITER"),
    ) else {
        return;
    };
    write_and_read(&Store::at(dir), writer.parse().expect("a number"));
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the test is about several processes"
)]
fn processes_write_at_the_same_time_and_some_are_killed() {
    let dir = tempdir().expect("a folder");
    let spawn = |writer: u32| {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "processes::child"])
            .env("STORE_TEST_DIR", dir.path())
            .env("STORE_TEST_WRITER", writer.to_string())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process")
    };
    let mut finishing: Vec<_> = (0..3).map(spawn).collect();
    for writer in 3..9 {
        let mut killed = spawn(writer);
        std::thread::sleep(std::time::Duration::from_millis(u64::from(writer) * 9));
        killed.kill().expect("killed");
        killed.wait().expect("ended");
    }
    for child in &mut finishing {
        assert!(child.wait().expect("ended").success());
    }
    let table = Store::at(dir.path()).table("t", 1);
    assert!(table.findings().is_empty(), "{:?}", table.findings());
    for n in 0..9 * PER_WRITER {
        let found = table.get(&key(n));
        assert!(found.is_none() || found == Some(value(n).as_slice()), "{n}");
        assert!(
            found.is_some() || n >= 3 * PER_WRITER,
            "{n} was written by a process that finished"
        );
    }
}

/// The body of a process whose files may not grow beyond a few kilobytes, started by the test below.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the parent process tells where to write"
)]
fn limited_child() {
    let Ok(dir) = std::env::var("STORE_TEST_LIMITED_DIR") else {
        return;
    };
    let store = Store::at(&dir);
    let large: Vec<_> = entries(10..20)
        .into_iter()
        .map(|(key, _)| (key, vec![7; 100_000]))
        .collect();
    let error = store
        .table("t", 1)
        .put_all(&large)
        .expect_err("files may not grow so large");
    assert!(error.to_string().contains("free some space"), "{error}");
    assert_eq!(store.table("t", 1).len(), 10, "what was there stays");
    store
        .table("t", 1)
        .put_all(&entries(20..30))
        .expect("a small segment fits");
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "only a process of its own can have such a limit"
)]
fn a_write_that_fails_midway_leaves_nothing_behind() {
    let dir = tempdir().expect("a folder");
    let store = Store::at(dir.path());
    store
        .table("t", 1)
        .put_all(&entries(0..10))
        .expect("written");
    // As on a full disk, a write fails when the file is half written: the shell limits the size of files,
    // and ignores the signal that would end the process.
    let program = std::env::current_exe().expect("this program");
    let ended = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 64; exec \"$0\" --exact processes::limited_child --nocapture",
        ])
        .arg(program)
        .env("STORE_TEST_LIMITED_DIR", dir.path())
        .stdout(Stdio::null())
        .status()
        .expect("a shell");
    assert!(ended.success());
    assert!(files(dir.path(), "t", "temporary").is_empty());
    let table = store.table("t", 1);
    assert_eq!((table.len(), table.findings()), (20, Vec::new()));
}

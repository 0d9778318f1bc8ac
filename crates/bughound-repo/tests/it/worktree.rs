//! Working directories.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use bughound_repo::{EntryKind, MAX_CONTENT_BYTES, ObjectId, RepoError, Snapshot};
use bughound_store::Store;

use crate::git::Fixture;

fn list(fixture: &Fixture, below: &str) -> Snapshot {
    Snapshot::worktree(&fixture.join(below)).expect("a listing")
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot
        .entries()
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}

#[test]
fn a_clean_checkout_equals_its_commit() {
    let fixture = Fixture::new();
    for path in [
        "a.b",
        "a/b",
        "a-b",
        ".hidden/file",
        "z/y/x.py",
        "empty",
        "naïve.py",
    ] {
        fixture.write(path, if path == "empty" { "" } else { path });
    }
    symlink("a.b", fixture.join("link")).expect("a link");
    symlink("absent", fixture.join("dangling")).expect("a link");
    symlink(".", fixture.join("loop")).expect("a link");
    fs::write(
        fixture.path().join(std::ffi::OsStr::from_bytes(b"\xfe.py")),
        "odd",
    )
    .expect("a file");
    let head = fixture.commit("first");
    let work = list(&fixture, "");
    let commit = fixture.open().snapshot("HEAD").expect("a snapshot");
    assert_eq!(work.entries(), commit.entries());
    assert_eq!(work.problems(), commit.problems());
    assert_eq!(work.commit(), None);
    assert_eq!(work.history_tip().map(|(_, id)| id.to_string()), Some(head));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for entry in work.entries() {
        let (mut work, mut commit) = (work.reader(), commit.reader());
        work.read(entry, &mut ours).expect("read");
        commit.read(entry, &mut theirs).expect("read");
        assert_eq!(
            (&ours, work.last_id(), commit.last_id()),
            (&theirs, entry.id, entry.id),
            "{}",
            entry.path
        );
        assert_eq!(work.size(entry), commit.size(entry));
    }
}

#[test]
fn ignored_files_are_left_out_and_tracked_ones_kept() {
    let fixture = Fixture::new();
    fixture.write(".gitignore", "*.log\n/build/\n!keep.log\n");
    fixture.write("sub/.gitignore", "local\n");
    fixture.write("tracked.log", "tracked although ignored");
    fixture.git("add --force tracked.log");
    fixture.commit("first");
    for path in [
        "x.log",
        "keep.log",
        "build/out.py",
        "sub/local",
        "sub/build/in.py",
        "new.py",
    ] {
        fixture.write(path, path);
    }
    fixture.write(".git/info/exclude", "excluded\n");
    fixture.write("excluded", "");
    let expect = [
        ".gitignore",
        "keep.log",
        "new.py",
        "sub/.gitignore",
        "sub/build/in.py",
        "tracked.log",
    ];
    assert_eq!(paths(&list(&fixture, "")), expect);
    // A folder below the root sees the patterns above it.
    fixture.write("sub/y.log", "");
    let below = list(&fixture, "sub");
    assert_eq!(paths(&below), [".gitignore", "build/in.py"]);
    assert!(below.history_tip().is_some());
}

#[test]
fn a_folder_that_is_no_repository() {
    let folder = Fixture::folder();
    folder.write("a/b.py", "x");
    folder.write(".gitignore", "*.log\n");
    folder.write("x.log", "");
    let snapshot = list(&folder, "");
    assert_eq!(paths(&snapshot), [".gitignore", "a/b.py"]);
    assert!(snapshot.history_tip().is_none());
    // The patterns of a folder above count inside of repositories only.
    folder.write("a/x.log", "");
    assert_eq!(paths(&list(&folder, "a")), ["b.py", "x.log"]);
    let error = Snapshot::worktree(&folder.join("absent")).expect_err("absent");
    assert!(matches!(error, RepoError::Worktree { .. }), "{error}");
    let error = Snapshot::worktree(&folder.join("x.log")).expect_err("a file");
    assert!(matches!(error, RepoError::Worktree { .. }), "{error}");
}

#[test]
fn repositories_inside_are_submodules() {
    let inner = Fixture::new();
    inner.write("inner.py", "");
    let commit = inner.commit("inner");
    let fixture = Fixture::new();
    fixture.git(&format!(
        "submodule --quiet add {} sub",
        inner.path().display()
    ));
    fixture.commit("outer");
    let check = |what: &str| {
        let snapshot = list(&fixture, "");
        let entry = snapshot.entry("sub").expect("listed");
        assert_eq!(
            (entry.kind, entry.id.to_string()),
            (EntryKind::Submodule, commit.clone()),
            "{what}"
        );
        assert_eq!(paths(&snapshot), [".gitmodules", "sub"], "{what}");
        assert!(
            snapshot.reader().read(entry, &mut Vec::new()).is_err(),
            "{what}"
        );
    };
    check("checked out");
    fixture.git("submodule --quiet deinit sub");
    check("not checked out");
}

#[test]
fn a_damaged_repository_inside_is_a_folder() {
    let fixture = Fixture::new();
    fixture.write("a.py", "");
    fixture.write("vendored/.git", "gitdir: nowhere");
    fixture.write("vendored/b.py", "");
    fixture.commit_staged("first");
    assert_eq!(paths(&list(&fixture, "")), ["a.py", "vendored/b.py"]);
}

#[test]
fn files_that_change_after_listing_say_so() {
    let fixture = Fixture::new();
    fixture.write("a.py", "before");
    fixture.write("b.py", "gone soon");
    fixture.commit("first");
    let snapshot = list(&fixture, "");
    let (a, b) = (&snapshot.entries()[0], &snapshot.entries()[1]);
    let mut reader = snapshot.reader();
    let mut buffer = Vec::new();
    fixture.write("a.py", "behind");
    reader.read(a, &mut buffer).expect("read");
    assert_eq!(buffer, b"behind");
    assert_ne!(reader.last_id(), a.id);
    assert_eq!(
        reader.last_id().to_string(),
        fixture.git("hash-object a.py")
    );
    fs::remove_file(fixture.join("b.py")).expect("removed");
    let error = reader.read(b, &mut buffer).expect_err("gone");
    assert_eq!(error.path.as_str(), "b.py");
    assert!(reader.last_id().is_null());
}

#[test]
fn large_files_are_listed_but_not_read() {
    let fixture = Fixture::folder();
    fixture.write("large.bin", "");
    let file = fs::OpenOptions::new()
        .write(true)
        .open(fixture.join("large.bin"))
        .expect("a file");
    file.set_len(MAX_CONTENT_BYTES + 1).expect("a sparse file");
    let snapshot = list(&fixture, "");
    let entry = &snapshot.entries()[0];
    assert_eq!(entry.id, ObjectId::NULL);
    assert!(
        snapshot.problems()[0].message.contains("are more than the"),
        "{:?}",
        snapshot.problems()
    );
    let mut reader = snapshot.reader();
    assert!(
        reader
            .read(entry, &mut Vec::new())
            .expect_err("too large")
            .message
            .contains("are more than the")
    );
    assert_eq!(reader.size(entry), Ok(MAX_CONTENT_BYTES + 1));
}

#[test]
fn special_files_are_noted() {
    let folder = Fixture::folder();
    folder.write("a.py", "x");
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).expect("a socket");
    let snapshot = list(&folder, "");
    assert_eq!(paths(&snapshot), ["a.py"]);
    assert_eq!(
        snapshot.problems()[0]
            .path
            .as_ref()
            .map(bughound_core::RepoPath::as_str),
        Some("socket")
    );
}

#[test]
fn a_listing_since_another_equals_a_fresh_one() {
    let fixture = Fixture::new();
    for n in 0..20 {
        fixture.write(&format!("folder{}/file{n}", n % 3), format!("text {n}"));
    }
    fixture.write(".gitignore", "*.log\n/ignored/\n");
    fixture.write("ignored/x", "x");
    // So late that every file counts as unchanged for long.
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    let cache = tempfile::tempdir().expect("a folder");
    let store = Store::at(cache.path());
    let mut earlier = Snapshot::worktree_since(fixture.path(), None, far).expect("a listing");
    let changes: [&dyn Fn(); 7] = [
        &|| {},
        // The same size, at once, and the old time of modification.
        &|| {
            let file = fixture.join("folder0/file0");
            let meta = fs::metadata(&file).expect("a file");
            fixture.write("folder0/file0", "TEXT 0");
            let opened = fs::File::options()
                .append(true)
                .open(&file)
                .expect("a file");
            opened
                .set_modified(meta.modified().expect("a time"))
                .expect("set");
        },
        &|| {
            fs::rename(fixture.join("folder0/file3"), fixture.join("folder0/file6"))
                .expect("moved");
        },
        &|| fs::remove_file(fixture.join("folder1/file1")).expect("removed"),
        &|| fs::create_dir_all(fixture.join("new/deep")).expect("a folder"),
        &|| fixture.write(".gitignore", "/folder2/\n"),
        &|| symlink("file9", fixture.join("folder0/link")).expect("a link"),
    ];
    for (at, change) in changes.iter().enumerate() {
        change();
        let since =
            Snapshot::worktree_since(fixture.path(), Some(&earlier), far).expect("a listing");
        let fresh = list(&fixture, "");
        assert_eq!(since.entries(), fresh.entries(), "change {at}");
        assert_eq!(since.problems(), fresh.problems(), "change {at}");
        assert_eq!(since.folders(), fresh.folders(), "change {at}");
        earlier = since;
        let cached = Snapshot::worktree_cached(fixture.path(), &store, far).expect("a listing");
        assert_eq!(cached.entries(), fresh.entries(), "change {at}");
        assert_eq!(cached.problems(), fresh.problems(), "change {at}");
    }
    assert_eq!(store.stats().len(), 1, "one table");
    let names: Vec<_> = earlier
        .folders()
        .iter()
        .map(|folder| folder.strip_prefix(fixture.path().canonicalize().expect("a path")))
        .map(|folder| {
            folder
                .expect("below the root")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(
        names,
        ["", "folder0", "folder1", "ignored", "new", "new/deep"]
    );
}

//! Trees of commits.

use std::os::unix::ffi::OsStrExt;

use bughound_core::RepoPath;
use bughound_repo::{EntryKind, History, MAX_CONTENT_BYTES, Repo, RepoError, Snapshot};

use crate::git::Fixture;

/// Entries as `git ls-tree -r` prints them, in our order.
fn ls_tree(fixture: &Fixture, rev: &str) -> Vec<(String, String, EntryKind)> {
    let listing = fixture.git_bytes(&["ls-tree", "-r", "-z", rev]);
    let mut entries: Vec<_> = listing
        .split(|byte| *byte == 0)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let tab = line.iter().position(|byte| *byte == b'\t').expect("a tab");
            let head = std::str::from_utf8(&line[..tab]).expect("ASCII");
            let mut fields = head.split(' ');
            let kind = match fields.next() {
                Some("120000") => EntryKind::Symlink,
                Some("160000") => EntryKind::Submodule,
                _ => EntryKind::File,
            };
            let id = fields.nth(1).expect("an id").to_owned();
            (RepoPath::from_git(&line[tab + 1..]).0.to_string(), id, kind)
        })
        .collect();
    entries.sort();
    entries
}

fn entries(snapshot: &Snapshot) -> Vec<(String, String, EntryKind)> {
    snapshot
        .entries()
        .iter()
        .map(|e| (e.path.to_string(), e.id.to_string(), e.kind))
        .collect()
}

fn read(snapshot: &Snapshot, path: &str) -> Result<Vec<u8>, String> {
    let mut buffer = b"left over".to_vec();
    let entry = snapshot.entry(path).unwrap_or_else(|| panic!("no {path}"));
    snapshot
        .reader()
        .read(entry, &mut buffer)
        .map(|()| buffer)
        .map_err(|error| error.to_string())
}

fn all_kinds() -> Fixture {
    let inner = Fixture::new();
    inner.write("inner.py", "");
    inner.commit("inner");

    let fixture = Fixture::new();
    for path in [
        "a.b",
        "a/b",
        "a-b",
        "a/c/d.py",
        "A",
        "z/y/x/w.py",
        ".hidden",
        "empty",
        "with space",
        "naïve.py",
    ] {
        fixture.write(path, if path == "empty" { "" } else { path });
    }
    fixture.write("binary", [0, 255, 128, 13, 10]);
    std::os::unix::fs::symlink("../no/where", fixture.join("a/link")).expect("a link");
    let odd = fixture
        .path()
        .join(std::ffi::OsStr::from_bytes(b"dir-\xff"));
    std::fs::create_dir(&odd).expect("a folder");
    std::fs::write(odd.join("in.py"), "odd folder").expect("a file");
    std::fs::write(
        fixture.path().join(std::ffi::OsStr::from_bytes(b"\xfe.py")),
        "odd name",
    )
    .expect("a file");
    fixture.git(&format!(
        "submodule --quiet add {} sub",
        inner.path().display()
    ));
    fixture.commit("all kinds");
    fixture
}

#[test]
fn entries_are_those_of_git_in_every_kind_of_storage() {
    let fixture = all_kinds();
    let expect = ls_tree(&fixture, "HEAD");
    assert_eq!(expect.len(), 16, "{expect:?}");
    let check = |repo: &Repo, what: &str| {
        let snapshot = repo.snapshot("HEAD").expect("a snapshot");
        assert_eq!(entries(&snapshot), expect, "{what}");
        assert_eq!(
            read(&snapshot, "a/c/d.py"),
            Ok(b"a/c/d.py".to_vec()),
            "{what}"
        );
        assert_eq!(read(&snapshot, "empty"), Ok(Vec::new()), "{what}");
        assert_eq!(
            read(&snapshot, "binary"),
            Ok(vec![0, 255, 128, 13, 10]),
            "{what}"
        );
        assert_eq!(
            read(&snapshot, "a/link"),
            Ok(b"../no/where".to_vec()),
            "{what}"
        );
        assert_eq!(
            read(&snapshot, "\\xFE.py"),
            Ok(b"odd name".to_vec()),
            "{what}"
        );
        assert_eq!(
            read(&snapshot, "dir-\\xFF/in.py"),
            Ok(b"odd folder".to_vec()),
            "{what}"
        );
        assert!(
            read(&snapshot, "sub")
                .expect_err("a submodule")
                .contains("submodule"),
            "{what}"
        );
        let noted: Vec<_> = snapshot
            .problems()
            .iter()
            .filter_map(|p| p.path.as_ref().map(bughound_core::RepoPath::as_str))
            .collect();
        assert_eq!(noted, ["\\xFE.py", "dir-\\xFF"], "{what}");
        assert_eq!(snapshot.commit(), repo.resolve("HEAD").ok());
        let (tip_repo, tip) = snapshot.history_tip().expect("a tip");
        assert_eq!(
            (Some(tip), tip_repo.git_dir()),
            (snapshot.commit(), repo.git_dir())
        );
    };
    check(&fixture.open(), "loose");
    let opened_before = fixture.open();
    fixture.git("gc --quiet");
    check(&fixture.open(), "packed");
    check(&opened_before, "packed while it was open");
    fixture.git("multi-pack-index write");
    check(&fixture.open(), "multi-pack-index");
    let bare = Fixture::folder();
    bare.git(&format!(
        "clone --quiet --bare {} .",
        fixture.path().display()
    ));
    check(&bare.open(), "bare");
}

#[test]
fn older_revisions_keep_their_files() {
    let fixture = Fixture::new();
    fixture.write("old.py", "1");
    fixture.commit("old");
    std::fs::remove_file(fixture.join("old.py")).expect("removed");
    fixture.write("new.py", "2");
    fixture.commit("new");
    let repo = fixture.open();
    let paths = |rev: &str| -> Vec<String> {
        repo.snapshot(rev)
            .expect("a snapshot")
            .entries()
            .iter()
            .map(|e| e.path.to_string())
            .collect()
    };
    assert_eq!(
        (paths("HEAD"), paths("HEAD~1")),
        (vec!["new.py".to_owned()], vec!["old.py".to_owned()])
    );
    assert!(
        repo.snapshot("HEAD")
            .expect("a snapshot")
            .entry("old.py")
            .is_none()
    );
}

#[test]
fn every_version_of_a_file_comes_out_of_a_chain_of_differences() {
    let fixture = Fixture::new();
    let mut lines: Vec<String> = (0..400)
        .map(|n| format!("line {n} of a file that changes\n"))
        .collect();
    let mut versions = Vec::new();
    for n in 0..40 {
        lines[n * 7 % 400] = format!("changed in {n}\n");
        fixture.write("a.py", lines.concat());
        versions.push((fixture.commit("change"), lines.concat()));
    }
    fixture.git("gc --quiet --aggressive");
    let repo = fixture.open();
    for (commit, content) in versions {
        let snapshot = repo.snapshot(&commit).expect("a snapshot");
        assert_eq!(
            read(&snapshot, "a.py").map(|bytes| bytes == content.as_bytes()),
            Ok(true),
            "{commit}"
        );
        let size = snapshot.reader().size(&snapshot.entries()[0]);
        assert_eq!(size, Ok(content.len() as u64));
    }
}

#[test]
fn sizes_are_known_without_reading() {
    let fixture = Fixture::new();
    fixture.write("a.py", vec![b'x'; 100_000]);
    fixture.write("empty", "");
    fixture.commit("first");
    for packed in [false, true] {
        let snapshot = fixture.open().snapshot("HEAD").expect("a snapshot");
        let mut reader = snapshot.reader();
        let sizes: Vec<_> = snapshot
            .entries()
            .iter()
            .map(|entry| reader.size(entry))
            .collect();
        assert_eq!(sizes, [Ok(100_000), Ok(0)], "packed: {packed}");
        fixture.git("gc --quiet");
    }
}

#[test]
fn an_empty_tree_has_no_files() {
    let fixture = Fixture::new();
    fixture.commit("nothing");
    let snapshot = fixture.open().snapshot("HEAD").expect("a snapshot");
    assert!(snapshot.entries().is_empty() && snapshot.problems().is_empty());
}

#[test]
fn blobs_and_trees_that_are_missing_are_findings() {
    let fixture = Fixture::new();
    fixture.write("here.py", "here");
    fixture.write("gone.py", "gone");
    fixture.write("folder/inside.py", "inside");
    fixture.commit("first");
    let remove = |object: &str| {
        let id = fixture.git(&format!("rev-parse {object}"));
        std::fs::remove_file(fixture.join(&format!(".git/objects/{}/{}", &id[..2], &id[2..])))
            .expect("removed");
    };
    remove("HEAD:gone.py");
    remove("HEAD:folder");
    let repo = fixture.open();
    let snapshot = repo.snapshot("HEAD").expect("a snapshot");
    let paths: Vec<_> = snapshot
        .entries()
        .iter()
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(paths, ["gone.py", "here.py"]);
    let problem = &snapshot.problems()[0];
    assert_eq!(problem.path.as_ref().map(RepoPath::as_str), Some("folder"));
    assert_eq!(read(&snapshot, "here.py"), Ok(b"here".to_vec()));
    let error = read(&snapshot, "gone.py").expect_err("missing");
    assert!(error.contains("not in the object database"), "{error}");
    let size = snapshot
        .reader()
        .size(snapshot.entry("gone.py").expect("listed"));
    assert!(size.is_err());

    remove("HEAD^{tree}");
    let error = fixture.open().snapshot("HEAD").expect_err("no root tree");
    assert!(
        matches!(error, RepoError::Object { kind: "tree", .. }),
        "{error}"
    );
    assert!(error.to_string().contains("git fsck"), "{error}");
}

#[test]
fn a_partial_clone_lists_what_it_cannot_read() {
    let origin = Fixture::new();
    origin.git("config uploadpack.allowFilter true");
    origin.write("small.py", "small");
    origin.write("large.bin", vec![b'x'; 5000]);
    origin.commit("first");
    let partial = Fixture::folder();
    partial.git(&format!(
        "clone --quiet --bare --filter=blob:limit=1k file://{} .",
        origin.path().display()
    ));
    // Without its promise a missing object stays missing.
    partial.git("remote remove origin");
    let snapshot = partial.open().snapshot("HEAD").expect("a snapshot");
    assert_eq!(entries(&snapshot).len(), 2);
    assert_eq!(read(&snapshot, "small.py"), Ok(b"small".to_vec()));
    assert!(
        read(&snapshot, "large.bin")
            .expect_err("left out")
            .contains("partial clone")
    );
}

#[test]
fn content_beyond_the_limit_is_listed_but_not_read() {
    let fixture = Fixture::new();
    let mut content = vec![b'x'; usize::try_from(MAX_CONTENT_BYTES).expect("fits")];
    fixture.write("limit.txt", &content);
    content.push(b'x');
    fixture.write("over.txt", &content);
    content.resize(content.len() * 5, b'y');
    fixture.write("far-over.txt", &content);
    fixture.commit("large");
    for what in ["loose", "packed"] {
        let snapshot = fixture.open().snapshot("HEAD").expect("a snapshot");
        assert_eq!(
            read(&snapshot, "limit.txt").map(|bytes| bytes.len() as u64),
            Ok(MAX_CONTENT_BYTES),
            "{what}"
        );
        for path in ["over.txt", "far-over.txt"] {
            let error = read(&snapshot, path).expect_err("too large");
            assert!(error.contains("are more than the"), "{what}: {error}");
            let size = snapshot
                .reader()
                .size(snapshot.entry(path).expect("listed"))
                .expect("a size");
            assert!(size > MAX_CONTENT_BYTES, "{what}");
        }
        fixture.git("gc --quiet");
    }
}

/// Changes one byte here and there of a file, and reads all that can be reached each time.
fn check_damages(fixture: &Fixture, file: &std::path::Path, step: usize) {
    let whole = std::fs::read(file).expect("read");
    // Git writes its files read-only.
    std::fs::remove_file(file).expect("removed");
    let mut noticed = 0;
    for at in (0..whole.len()).step_by(step) {
        let mut damaged = whole.clone();
        damaged[at] ^= [0x55, 0x80, 0x01, 0xFF][at % 4];
        std::fs::write(file, damaged).expect("written");
        noticed += usize::from(read_all(fixture).is_err());
    }
    assert!(noticed > 0, "no damage of {} was noticed", file.display());
    std::fs::write(file, whole).expect("written");
    assert_eq!(read_all(fixture), Ok(()), "whole again");
}

/// Whether everything of the newest commit and its history can be read.
fn read_all(fixture: &Fixture) -> Result<(), String> {
    let repo = Repo::open(fixture.path()).map_err(|error| error.to_string())?;
    let snapshot = repo.snapshot("HEAD").map_err(|error| error.to_string())?;
    let (mut reader, mut buffer) = (snapshot.reader(), Vec::new());
    for entry in snapshot.entries() {
        let _ = reader.size(entry);
        reader
            .read(entry, &mut buffer)
            .map_err(|error| error.to_string())?;
    }
    let tip = snapshot.commit().expect("a commit");
    let history = History::read(&repo, tip, &bughound_store::Store::none())
        .map_err(|error| error.to_string())?;
    match snapshot.problems().iter().chain(history.problems()).next() {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(()),
    }
}

#[test]
fn damaged_objects_never_panic() {
    let fixture = Fixture::new();
    for n in 0..8 {
        fixture.write("a.py", format!("{}{n}", "line\n".repeat(100)));
        fixture.write("folder/b.py", format!("b{n}"));
        fixture.commit("change");
    }
    for object in ["HEAD", "HEAD~1", "HEAD^{tree}", "HEAD:folder", "HEAD:a.py"] {
        let id = fixture.git(&format!("rev-parse {object}"));
        check_damages(
            &fixture,
            &fixture.join(&format!(".git/objects/{}/{}", &id[..2], &id[2..])),
            5,
        );
    }
    fixture.git("gc --quiet");
    let packs = std::fs::read_dir(fixture.join(".git/objects/pack")).expect("packs");
    let files: Vec<_> = packs.map(|entry| entry.expect("an entry").path()).collect();
    for extension in ["pack", "idx"] {
        let file = files
            .iter()
            .find(|file| file.extension().is_some_and(|ext| ext == extension));
        check_damages(&fixture, file.expect("a pack"), 23);
    }
    check_damages(&fixture, &fixture.join(".git/HEAD"), 1);
    check_damages(&fixture, &fixture.join(".git/packed-refs"), 7);
}

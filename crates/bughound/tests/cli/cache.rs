//! Whatever happens to the cache, answers stay the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::fixture::Fixture;

const LOCATE: [&str; 4] = [
    "locate",
    "--format",
    "json",
    "Reader.load accepts an empty settings file",
];

#[test]
fn a_cache_that_cannot_be_written_is_a_warning() {
    let fixture = Fixture::new();
    let expect = fixture.run(&[&LOCATE[..], &["--no-cache"]].concat()).json()["locations"].clone();
    let not_a_folder = fixture.write_beside("file", "");
    let cache_dir = not_a_folder.to_str().unwrap();
    let ran = fixture.run(&[&LOCATE[..], &["--cache-dir", cache_dir]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.json()["locations"], expect);
    assert!(
        ran.stderr
            .starts_with("warning: cannot write the cache [FOLDER]/file"),
        "{}",
        ran.stderr
    );
    // To fill the cache is what `index` is for.
    let ran = fixture.run(&["index", "--cache-dir", cache_dir]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: cannot write the cache"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("hint: pass --cache-dir DIR"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_read_only_cache_is_a_warning() {
    let fixture = Fixture::new();
    let cache = fixture.cache();
    fs::create_dir(&cache).unwrap();
    let mut permissions = fs::metadata(&cache).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&cache, permissions).unwrap();
    if fs::write(cache.join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let ran = fixture.run(&LOCATE);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("warning: cannot write the cache"),
        "{}",
        ran.stderr
    );
}

#[test]
fn damaged_caches_are_rebuilt() {
    let fixture = Fixture::new();
    let expect = fixture.run(&LOCATE).json()["locations"].clone();
    let files = files_below(&fixture.cache());
    assert!(!files.is_empty());
    for damage in [&b"no segment at all"[..], b""] {
        for file in files_below(&fixture.cache()) {
            fs::write(file, damage).unwrap();
        }
        let ran = fixture.run(&LOCATE);
        assert_eq!(
            (ran.code, &ran.json()["locations"]),
            (0, &expect),
            "{}",
            ran.stderr
        );
        assert_eq!(fixture.run(&LOCATE).json()["locations"], expect, "rebuilt");
    }
    // One byte in the middle of every file.
    for file in files_below(&fixture.cache()) {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&file, bytes).unwrap();
    }
    let ran = fixture.run(&LOCATE);
    assert_eq!(
        (ran.code, &ran.json()["locations"]),
        (0, &expect),
        "{}",
        ran.stderr
    );
}

#[test]
fn processes_that_are_killed_leave_nothing_broken() {
    let fixture = Fixture::new();
    let expect = fixture.run(&[&LOCATE[..], &["--no-cache"]].concat()).json()["locations"].clone();
    for milliseconds in [1, 3, 5, 8, 12, 20, 40] {
        let mut command = fixture.command(&["index"]);
        // Killed when the time is over.
        let _ = command
            .timeout(Duration::from_millis(milliseconds))
            .output();
        let ran = fixture.run(&LOCATE);
        assert_eq!(
            (ran.code, &ran.json()["locations"]),
            (0, &expect),
            "{milliseconds} ms: {}",
            ran.stderr
        );
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

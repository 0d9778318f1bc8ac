//! Finding repositories.

use std::fs;
use std::path::Path;

use bughound_tasks::RepoMap;

/// A bare repository as far as the map looks: `HEAD` and `objects`.
fn bare(path: &Path) {
    fs::create_dir_all(path.join("objects")).unwrap();
    fs::write(path.join("HEAD"), "ref: refs/heads/main\n").unwrap();
}

#[test]
fn every_way_to_lay_out_a_folder() {
    for (place, found) in [
        ("a+b", "a+b"),
        ("a+b.git", "a+b.git"),
        ("a+b/repo", "a+b/repo"),
        ("a+b/repo.git", "a+b/repo.git"),
        ("a+b/.git", "a+b"),
        ("a+b/repo/.git", "a+b/repo"),
        ("a__b", "a__b"),
        ("a__b.git", "a__b.git"),
        ("a__b/repo", "a__b/repo"),
        ("a__b/.git", "a__b"),
        ("a/b", "a/b"),
        ("a/b.git", "a/b.git"),
        ("a/b/.git", "a/b"),
        ("a/b/repo/.git", "a/b/repo"),
        ("b", "b"),
        ("b.git", "b.git"),
        ("b/.git", "b"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        bare(&dir.path().join(place));
        let mut map = RepoMap::new();
        map.add_folder(dir.path()).unwrap();
        assert_eq!(map.find("a/b"), Ok(dir.path().join(found)), "{place}");
        assert!(map.find("a/c").is_err() && map.find("x/y").is_err());
    }
}

#[test]
fn a_linked_worktree_has_a_file_for_git_folder() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("b")).unwrap();
    fs::write(dir.path().join("b/.git"), "gitdir: /elsewhere\n").unwrap();
    let mut map = RepoMap::new();
    map.add_folder(dir.path()).unwrap();
    assert_eq!(map.find("a/b"), Ok(dir.path().join("b")));
}

#[test]
fn map_files_come_first_and_are_relative_to_themselves() {
    let dir = tempfile::tempdir().unwrap();
    bare(&dir.path().join("forks/fork"));
    bare(&dir.path().join("a+b"));
    let file = dir.path().join("map.toml");
    fs::write(
        &file,
        "# forks\n\"a/b\" = \"forks/fork\"\n\"c/d\" = \"forks/none\"\n",
    )
    .unwrap();
    let mut map = RepoMap::new();
    map.add_folder(dir.path()).unwrap();
    map.add_file(&file).unwrap();
    assert_eq!(map.find("a/b"), Ok(dir.path().join("forks/fork")));
    let message = map.find("c/d").unwrap_err().message;
    assert!(
        message.contains("`c/d` lies at") && message.ends_with("there is no git repository"),
        "{message}"
    );
}

#[test]
fn what_is_missing_is_said() {
    let dir = tempfile::tempdir().unwrap();
    bare(&dir.path().join("someone+b/repo"));
    fs::create_dir(dir.path().join("a+b")).unwrap();
    let mut map = RepoMap::new();
    map.add_folder(dir.path()).unwrap();
    let message = map
        .find("a/b")
        .unwrap_err()
        .message
        .replace(dir.path().to_str().unwrap(), "DIR");
    assert_eq!(
        message,
        "no repository for `a/b` in DIR: looked for a+b, a+b.git, a__b, a__b.git, a/b, a/b.git, b, b.git, \
         each also with /repo or /repo.git below it; DIR/a+b is there, but it is no git repository; DIR/someone+b looks alike: if it is a fork, give a \
         --repo-map file with the line \"a/b\" = \"path\""
    );
    let message = map.find("x/y").unwrap_err().message;
    assert!(
        message.ends_with(
            "clone it there, or give a --repo-map file with the line \"x/y\" = \"path\""
        ),
        "{message}"
    );
    let message = RepoMap::new().find("x/y").unwrap_err().message;
    assert_eq!(
        message,
        "no repository for `x/y`: the repository map has no line \"x/y\" = \"path\""
    );
}

#[test]
fn bad_map_files_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("map.toml");
    let check = |text: &str, part: &str| {
        fs::write(&file, text).unwrap();
        let error = RepoMap::new().add_file(&file).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    check(
        "\"a/b\" = ",
        "a repository map has lines \"owner/name\" = \"path\"",
    );
    check(
        "\"a/b\" = 3",
        "the entry `a/b` must be a path in quotes, not 3",
    );
    assert!(RepoMap::new().add_file(&dir.path().join("none")).is_err());
    assert!(RepoMap::new().add_folder(&dir.path().join("none")).is_err());
}

//! What bad input gets: the reason, the remedy, an exit code by kind.

use crate::assert_output;
use crate::fixture::Fixture;

#[test]
fn no_repository() {
    let fixture = Fixture::new();
    std::fs::create_dir(fixture.path("plain")).unwrap();
    let ran = fixture.finish(
        fixture
            .command(&["locate", "it crashes"])
            .current_dir(fixture.path("plain")),
    );
    assert_output!(ran.all(), @"
    exit code 3
    --- stderr
    error: . is not a git repository: give a working directory, a folder below one, or a bare clone
    ");
    assert_output!(fixture.run(&["locate", "--repo", "../plain", "--rev", "v1", "it crashes"]).all(), @"
    exit code 3
    --- stderr
    error: ../plain is not a git repository: give a working directory, a folder below one, or a bare clone
    ");
    assert_output!(fixture.run(&["locate", "--repo", "../absent", "it crashes"]).all(), @"
    exit code 3
    --- stderr
    error: there is no folder ../absent
    hint: give a working directory, a folder below one, or a bare clone
    ");
    fixture.write_beside("damaged/.git/HEAD", "ref: refs/heads/main\n");
    assert_output!(fixture.run(&["index", "--repo", "../damaged"]).all(), @"
    exit code 4
    --- stderr
    error: cannot open the repository ../damaged: [FOLDER]/damaged/.git is empty or damaged; only intact repositories with SHA-1 ids can be read (`git fsck` there may tell more)
    ");
}

#[test]
fn unknown_revisions() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["locate", "--rev", "v2", "it crashes"]).all(), @"
    exit code 3
    --- stderr
    error: no commit is called `v2`; did you mean `v1`?
    ");
    assert_output!(fixture.run(&["locate", "--rev", "mian", "it crashes"]).all(), @"
    exit code 3
    --- stderr
    error: no commit is called `mian`; did you mean `main`?
    ");
    let absent = "0123456789012345678901234567890123456789";
    assert_output!(fixture.run(&["show", "--rev", absent, "load"]).all(), @"
    exit code 3
    --- stderr
    error: the commit [ID] is not in this repository: fetch it (`git fetch origin [ID]`), or use a fuller clone or the fork that holds it
    ");
    let blob = fixture.git(&["rev-parse", "HEAD:README.md"]);
    assert_output!(fixture.run(&["search", "--rev", &blob, "load"]).all(), @"
    exit code 3
    --- stderr
    error: `[ID]` names a blob, not a commit: give a branch, a tag or a commit id
    ");
}

#[test]
fn no_commit_yet() {
    let fixture = Fixture::empty();
    assert_output!(fixture.run(&["locate", "--rev", "HEAD", "it crashes"]).all(), @"
    exit code 3
    --- stderr
    error: the repository has no commit yet (`HEAD` is unborn): commit something, or name another revision
    ");
    // The working directory needs no commit.
    fixture.write("a.py", "def crashes():\n    pass\n");
    let ran = fixture.run(&["locate", "--format", "json", "`crashes` is wrong"]);
    assert_eq!(
        (ran.code, ran.ids()),
        (0, vec!["a.py::crashes".to_owned()]),
        "{}",
        ran.stderr
    );
}

#[test]
fn empty_issues() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["locate", " \n"]).all(), @"
    exit code 3
    --- stderr
    error: the issue is empty: there is no text in the argument
    hint: pass the issue's title and text, `--issue FILE`, or `-` to read standard input
    ");
    assert_output!(fixture.run_with_stdin(&["locate", "-"], "").all(), @"
    exit code 3
    --- stderr
    error: the issue is empty: there is no text in standard input
    hint: pass the issue's title and text, `--issue FILE`, or `-` to read standard input
    ");
    fixture.write_beside("issue.md", "\n\n");
    assert_output!(fixture.run(&["locate", "--issue", "../issue.md"]).all(), @"
    exit code 3
    --- stderr
    error: the issue is empty: there is no text in ../issue.md
    hint: pass the issue's title and text, `--issue FILE`, or `-` to read standard input
    ");
    assert_output!(fixture.run_with_stdin(&["locate", "-"], r#"{"title": "", "body": null}"#).all(), @"
    exit code 3
    --- stderr
    error: the issue is empty: there is no text in standard input
    hint: pass the issue's title and text, `--issue FILE`, or `-` to read standard input
    ");
}

#[test]
fn issues_that_cannot_be_read() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["locate", "--issue", "absent.md"]).all(), @"
    exit code 3
    --- stderr
    error: cannot read the issue from absent.md: No such file or directory (os error 2)
    hint: check the path; to pass the text itself leave `--issue` out
    ");
    assert_output!(fixture.run(&["locate", "--issue", "pkg"]).all(), @"
    exit code 3
    --- stderr
    error: cannot read the issue from pkg: Is a directory (os error 21)
    hint: check that it is a file and may be read
    ");
    let answer = r#"{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}"#;
    assert_output!(fixture.run_with_stdin(&["locate", "-"], answer).all(), @"
    exit code 3
    --- stderr
    error: standard input holds an error of GitHub's API and not an issue: Not Found
    hint: check the issue's number and that you may read it (`gh auth status`)
    ");
}

#[test]
fn odd_files_are_findings() {
    let fixture = Fixture::new();
    fixture.write("pkg/latin1.py", b"# caf\xe9\ndef menu():\n    return 1\n");
    fixture.write(
        "pkg/broken.py",
        "def half(:\n    pass\n\ndef whole():\n    return 1\n",
    );
    fixture.write("pkg/empty.py", "");
    fixture.write("pkg/binary.py", [0u8, 159, 146, 150].repeat(64));
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.py", fixture.repo().join("pkg/dangling.py")).unwrap();
    let ran = fixture.run(&["locate", "--format", "json", "the `whole` `menu` is wrong"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids = ran.ids();
    assert!(ids.contains(&"pkg/latin1.py::menu".to_owned()), "{ids:?}");
    assert!(ids.contains(&"pkg/broken.py::whole".to_owned()), "{ids:?}");
    assert!(
        ran.json()["problems"].as_u64().unwrap() >= 3,
        "{}",
        ran.stdout
    );
}

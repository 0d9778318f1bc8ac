//! Which files are searched: the working directory, a revision, a bare repository.

use crate::fixture::Fixture;

fn symbols(fixture: &Fixture, arguments: &[&str]) -> (i32, Vec<String>) {
    let ran = fixture.run(&[&["search", "--format", "json", "banner"], arguments].concat());
    let matches = ran.json()["matches"].as_array().unwrap().clone();
    (
        ran.code,
        matches
            .iter()
            .map(|found| found["qualified_name"].as_str().unwrap().to_owned())
            .collect(),
    )
}

#[test]
fn the_working_directory_unless_a_revision_is_named() {
    let fixture = Fixture::new();
    fixture.write("pkg/new.py", "def print_banner():\n    pass\n");
    assert!(
        symbols(&fixture, &[])
            .1
            .contains(&"print_banner".to_owned())
    );
    assert!(
        !symbols(&fixture, &["--rev", "HEAD"])
            .1
            .contains(&"print_banner".to_owned())
    );
    assert_eq!(symbols(&fixture, &["--rev", "v1"]), (1, Vec::new()));
    assert_eq!(symbols(&fixture, &["--rev", "HEAD~1"]), (1, Vec::new()));
}

#[test]
fn folders_below_stand_for_the_repository() {
    let fixture = Fixture::new();
    let mut command = fixture.command(&["show", "main", "--format", "json"]);
    let ran = fixture.finish(command.current_dir(fixture.repo().join("tests")));
    assert_eq!(ran.json()["symbols"][0]["path"], "pkg/cli.py");
    assert_eq!(ran.json()["revision"], "worktree");
}

#[test]
fn bare_repositories_and_git_folders_are_read_at_head() {
    let fixture = Fixture::new();
    fixture.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    fixture.write("pkg/new.py", "def print_banner():\n    pass\n");
    for repo in ["../bare.git", ".git"] {
        let (code, names) = symbols(&fixture, &["--repo", repo]);
        assert_eq!(
            (code, names.contains(&"print_banner".to_owned())),
            (0, false),
            "{repo}: {names:?}"
        );
    }
    let ran = fixture.run(&["locate", "--repo", "../bare.git", "show_banner is wrong"]);
    assert!(
        ran.stderr.contains("HEAD ("),
        "says what was searched: {}",
        ran.stderr
    );
}

#[test]
fn shallow_clones_are_pointed_out() {
    let fixture = Fixture::new();
    let source = format!("file://{}", fixture.repo().display());
    fixture.git(&["clone", "--quiet", "--depth", "1", &source, "../shallow"]);
    let ran = fixture.run(&["locate", "--repo", "../shallow", "show_banner is wrong"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("git fetch --unshallow"),
        "{}",
        ran.stderr
    );
    assert!(
        fixture
            .run(&["doctor", "--repo", "../shallow"])
            .stdout
            .contains("git fetch --unshallow")
    );
}

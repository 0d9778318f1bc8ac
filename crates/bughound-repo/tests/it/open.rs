//! Which folders are repositories.

use std::fs;
use std::path::Path;

use bughound_repo::{Repo, RepoError};

use crate::git::Fixture;

fn check(path: &Path, head: &str) {
    let repo = Repo::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        repo.resolve("HEAD").expect("HEAD").to_string(),
        head,
        "{}",
        path.display()
    );
}

#[test]
fn a_repository_is_found_from_everywhere_inside() {
    let fixture = Fixture::new();
    fixture.write("deep/er/file.py", "x = 1\n");
    let head = fixture.commit("first");
    for place in [
        "",
        ".git",
        "deep",
        "deep/er",
        "deep/er/file.py",
        ".git/objects",
    ] {
        check(&fixture.join(place), &head);
    }
    assert!(fixture.open().work_dir().is_some());
}

#[test]
fn bare_clones_worktrees_and_submodules() {
    let fixture = Fixture::new();
    fixture.write("a.py", "x = 1\n");
    let first = fixture.commit("first");
    fixture.git("clone --quiet --bare . bare");
    fixture.git("worktree add --quiet linked");
    check(&fixture.join("bare"), &first);
    check(&fixture.join("bare/refs"), &first);
    check(&fixture.join("linked"), &first);
    let linked = Repo::open(&fixture.join("linked")).expect("a linked worktree");
    assert_ne!(linked.git_dir(), linked.common_dir());
    assert_eq!(
        linked.snapshot("HEAD").expect("a snapshot").entries().len(),
        1
    );
    assert!(
        Repo::open(&fixture.join("bare"))
            .expect("bare")
            .work_dir()
            .is_none()
    );

    let outer = Fixture::new();
    outer.git(&format!(
        "submodule --quiet add {} sub",
        fixture.join("bare").display()
    ));
    let head = outer.commit("with a submodule");
    check(outer.path(), &head);
    check(&outer.join("sub"), &first);
}

#[test]
fn a_clone_that_borrows_objects() {
    let fixture = Fixture::new();
    fixture.write("a.py", "x = 1\n");
    let head = fixture.commit("first");
    let borrower = Fixture::folder();
    borrower.git(&format!(
        "clone --quiet --shared --bare {} .",
        fixture.path().display()
    ));
    check(borrower.path(), &head);
    assert_eq!(
        borrower
            .open()
            .snapshot("HEAD")
            .expect("a snapshot")
            .entries()
            .len(),
        1
    );
}

#[test]
fn what_is_not_a_repository() {
    let folder = Fixture::folder();
    for place in ["", "absent/folder"] {
        let error = Repo::open(&folder.join(place)).expect_err("no repository");
        assert!(matches!(error, RepoError::NotARepository { .. }), "{error}");
        assert!(error.to_string().contains("bare clone"), "{error}");
    }
    fs::create_dir(folder.join(".git")).expect("a folder");
    let error = Repo::open(folder.path()).expect_err("an empty .git");
    assert!(error.to_string().contains("empty or damaged"), "{error}");
}

#[test]
fn other_hashes_than_sha1_are_refused() {
    let folder = Fixture::folder();
    folder.git("init --quiet --object-format=sha256 .");
    let error = Repo::open(folder.path()).expect_err("SHA-256");
    assert!(
        error.to_string().to_lowercase().contains("sha256"),
        "{error}"
    );
}

#[test]
fn configuration_of_the_repository_is_not_trusted_to_run_anything() {
    let fixture = Fixture::new();
    fixture.write("a.py", "x = 1\n");
    fixture.write(".gitattributes", "*.py filter=evil\n");
    let head = fixture.commit("first");
    fixture.git("config filter.evil.smudge false");
    fixture.git("config core.fsmonitor false");
    fixture.git("config include.path ../absent");
    check(fixture.path(), &head);
}

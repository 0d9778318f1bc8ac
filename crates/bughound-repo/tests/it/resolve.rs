//! From names to commits.

use bughound_repo::RepoError;

use crate::git::Fixture;

fn three_commits() -> (Fixture, [String; 3]) {
    let fixture = Fixture::new();
    let commits = ["first", "second", "third"].map(|name| {
        fixture.write("a.py", name);
        fixture.commit(name)
    });
    (fixture, commits)
}

#[test]
fn names_of_commits() {
    let (fixture, [first, second, third]) = three_commits();
    fixture.git("branch stable/3.0.x HEAD~1");
    fixture.git("tag light HEAD~1");
    fixture.git("tag -a annotated HEAD~2 -m text");
    fixture.git("tag -a of-a-tag annotated -m text");
    fixture.git("tag 1.0/rc HEAD~2");
    let short = &second[..9];
    let upper = first.to_uppercase();
    let check = |rev: &str, commit: &str| {
        assert_eq!(
            fixture
                .open()
                .resolve(rev)
                .map(|id| id.to_string())
                .ok()
                .as_deref(),
            Some(commit),
            "{rev}"
        );
    };
    for packed in [false, true] {
        check("HEAD", &third);
        check("@", &third);
        check("main", &third);
        check("refs/heads/main", &third);
        check("stable/3.0.x", &second);
        check("light", &second);
        check("annotated", &first);
        check("of-a-tag", &first);
        check("annotated^{commit}", &first);
        check("1.0/rc", &first);
        check("HEAD~1", &second);
        check("main^", &second);
        check("HEAD~1^", &first);
        check(&first, &first);
        check(&upper, &first);
        check(short, &second);
        if !packed {
            fixture.git("gc --quiet");
            fixture.git("pack-refs --all");
        }
    }
    fixture.git("checkout --quiet --detach HEAD~2");
    check("HEAD", &first);
}

#[test]
fn misses_name_what_is_near() {
    let (fixture, [first, ..]) = three_commits();
    fixture.git("branch stable/3.0.x");
    fixture.git("branch development");
    fixture.git("tag v1.0.1");
    fixture.git("tag v1.0.2");
    let repo = fixture.open();
    let check = |rev: &str, expect: &[&str]| match repo.resolve(rev) {
        Err(RepoError::UnknownRevision { near, .. }) => assert_eq!(near, expect, "{rev}"),
        other => panic!("{rev}: {other:?}"),
    };
    check("mian", &["main"]);
    check("Main", &["main"]);
    check("mian~3", &["main"]);
    check("develop", &["development"]);
    check("v1.0.3", &["v1.0.1", "v1.0.2"]);
    check("3.0.x", &["stable/3.0.x"]);
    check("nothing-like-it", &[]);
    check("", &[]);
    check("HEAD~30", &[]);
    let wrong_end = format!(
        "{}{}",
        &first[..9],
        if first.as_bytes()[9] == b'0' {
            '1'
        } else {
            '0'
        }
    );
    check(&wrong_end, &[&first[..12]]);
}

#[test]
fn a_full_id_that_is_absent_says_so() {
    let (fixture, _) = three_commits();
    let id = "0123456789abcdef0123456789abcdef01234567";
    let error = fixture.open().resolve(id).expect_err("absent");
    assert!(matches!(error, RepoError::AbsentCommit { .. }), "{error:?}");
    assert!(
        error.to_string().contains("git fetch origin 0123456789ab"),
        "{error}"
    );
    // The same through the other door.
    let error = bughound_repo::Snapshot::at_commit(&fixture.open(), id.parse().expect("an id"))
        .expect_err("absent");
    assert!(matches!(error, RepoError::AbsentCommit { .. }), "{error:?}");
}

#[test]
fn names_of_other_things() {
    let (fixture, _) = three_commits();
    let tree = fixture.git("rev-parse HEAD^{tree}");
    fixture.git("tag blob HEAD:a.py");
    let repo = fixture.open();
    for (rev, what) in [
        (tree.as_str(), "a tree"),
        ("HEAD:a.py", "a blob"),
        ("blob", "a blob"),
        ("HEAD~1..HEAD", "a range"),
    ] {
        match repo.resolve(rev) {
            Err(RepoError::NotACommit { what: found, .. }) => {
                assert!(found.starts_with(what), "{rev}: {found}");
            }
            other => panic!("{rev}: {other:?}"),
        }
    }
}

#[test]
fn an_ambiguous_short_id_lists_its_candidates() {
    let fixture = Fixture::new();
    fixture.write("a.py", "");
    fixture.commit("root");
    // Four digits are shared by two of a thousand commits with near certainty.
    let tree = fixture.git("rev-parse HEAD^{tree}");
    let mut stream = Vec::new();
    for n in 0..1200 {
        stream.extend(
            format!("commit refs/heads/n{n}\ncommitter C <c@example.org> {n} +0000\ndata 0\n\n")
                .bytes(),
        );
    }
    fixture.git_stdin(&["fast-import", "--quiet"], &stream);
    let all = fixture.git("for-each-ref --format=%(objectname) refs/heads/n*");
    let mut ids: Vec<_> = all.lines().collect();
    ids.sort();
    let pair = ids
        .windows(2)
        .find(|pair| pair[0] != pair[1] && pair[0][..4] == pair[1][..4])
        .expect("a collision");
    match fixture.open().resolve(&pair[0][..4]) {
        Err(RepoError::AmbiguousRevision { candidates, .. }) => {
            assert!(
                candidates.len() >= 2 && candidates.iter().any(|c| c.contains("commit")),
                "{candidates:?}"
            );
        }
        other => panic!("{tree} {other:?}"),
    }
}

#[test]
fn before_the_first_commit() {
    let error = Fixture::new().open().resolve("HEAD").expect_err("unborn");
    assert!(matches!(error, RepoError::NoCommits { .. }), "{error:?}");
}

#[test]
fn replacement_refs_are_not_followed() {
    let (fixture, [first, second, third]) = three_commits();
    fixture.git(&format!("replace {third} {first}"));
    let repo = fixture.open();
    assert_eq!(repo.resolve("HEAD~1").expect("parent").to_string(), second);
}

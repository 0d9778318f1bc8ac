//! Commits before a revision, against `git log`.

use std::fs;

use bughound_repo::{Commit, History, HistoryOptions, Repo, RepoError};
use bughound_store::Store;

use crate::git::Fixture;

/// A commit as `git log --name-only` prints it.
type Logged = (String, i64, Vec<String>, String);

fn git_log(fixture: &Fixture, rev: &str) -> Vec<Logged> {
    let args = [
        "-c",
        "core.quotePath=false",
        "log",
        "--no-renames",
        "--name-only",
        "--format=%x01%H%n%ct%n%B%x02",
        rev,
    ];
    let text = String::from_utf8_lossy(&fixture.git_bytes(&args)).into_owned();
    let mut commits: Vec<_> = text
        .split('\u{1}')
        .skip(1)
        .map(|commit| {
            let (head, paths) = commit.split_once('\u{2}').expect("a separator");
            let mut lines = head.splitn(3, '\n');
            let mut line = || lines.next().expect("a line").to_owned();
            let (id, time, message) = (line(), line().parse().expect("seconds"), line());
            let mut paths: Vec<_> = paths
                .lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect();
            paths.sort();
            (id, time, paths, message.trim_end().to_owned())
        })
        .collect();
    commits.sort();
    commits
}

fn logged(history: &History, commit: Commit<'_>) -> Logged {
    let paths = commit
        .paths
        .iter()
        .map(|path| history.paths()[*path as usize].to_string())
        .collect();
    (
        commit.id.to_string(),
        commit.time,
        paths,
        commit.message.trim_end().to_owned(),
    )
}

fn read(repo: &Repo, rev: &str, store: &Store) -> History {
    History::read(repo, repo.resolve(rev).expect("a commit"), store).expect("a history")
}

/// The history of a revision is what git says, in the promised order, with nothing else in sight.
fn check(fixture: &Fixture, rev: &str, store: &Store) {
    let repo = fixture.open();
    let history = read(&repo, rev, store);
    let mut found: Vec<_> = history
        .commits()
        .map(|commit| logged(&history, commit))
        .collect();
    let ids: Vec<_> = found.iter().map(|commit| commit.0.clone()).collect();
    found.sort();
    assert_eq!(found, git_log(fixture, rev), "{rev}");
    for line in fixture.git(&format!("rev-list --parents {rev}")).lines() {
        let mut family = line
            .split(' ')
            .map(|id| ids.iter().position(|found| found == id).expect("listed"));
        let child = family.next().expect("a commit");
        let parents: Vec<_> = family.collect();
        assert_eq!(history.commit(child).n_parents, parents.len(), "{line}");
        assert!(
            parents.iter().all(|parent| *parent > child),
            "a parent before its child: {line}"
        );
    }
    assert!(history.paths().is_sorted());
    let mut used = vec![false; history.paths().len()];
    history
        .commits()
        .flat_map(|commit| commit.paths)
        .for_each(|path| used[*path as usize] = true);
    assert!(
        used.iter().all(|used| *used),
        "a path that no visible commit changed"
    );
    assert_eq!(history.problems(), [], "{rev}");
}

/// Merges, renames, removals, files that become folders, modes, links, odd names and clocks.
fn eventful() -> Fixture {
    let fixture = Fixture::new();
    fixture.write("a/b/c.py", "1");
    fixture.write("a/b.py", "1");
    fixture.write("top.py", "1");
    fixture.commit("root\n\nwith a body\n");
    fixture.write("a/b/c.py", "2");
    fixture.commit("change");
    fixture.git("checkout --quiet -b side HEAD~1");
    fixture.write("side.py", "1");
    fixture.write("a/b.py", "2");
    fixture.commit("on the side");
    // The clock runs backwards here.
    fixture.set_clock(1_500_000_000);
    fixture.write("side.py", "2");
    fixture.commit("naïve clock ✓");
    fixture.git("checkout --quiet main");
    fixture.set_clock(1_600_000_600);
    fixture.git("merge --quiet --no-ff -m merged side");
    fixture.git("mv top.py renamed.py");
    fixture.commit("rename");
    fs::remove_file(fixture.join("a/b.py")).expect("removed");
    fixture.write("a/b.py/now-a-folder.py", "1");
    fixture.commit("a file becomes a folder");
    fs::remove_dir_all(fixture.join("a/b.py")).expect("removed");
    fixture.write("a/b.py", "a file again");
    fixture.write("a/b-.py", "between");
    fixture.commit("and a file again");
    fixture.git("update-index --chmod=+x renamed.py");
    fixture.commit_staged("mode");
    fs::remove_file(fixture.join("renamed.py")).expect("removed");
    std::os::unix::fs::symlink("a", fixture.join("renamed.py")).expect("a link");
    fixture.commit("a link");
    fixture.commit("nothing");
    fixture.git("checkout --quiet --orphan other");
    fixture.commit("second root");
    fixture.git("checkout --quiet main");
    fixture.git("merge --quiet --no-ff --allow-unrelated-histories -m unrelated -X ours other");
    fixture
}

#[test]
fn histories_are_those_of_git() {
    let fixture = eventful();
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::at(dir.path());
    let revs = [
        "main~4", "side", "main", "main~1", "other", "main~6", "side~1",
    ];
    for round in ["loose", "packed", "with a commit-graph"] {
        for rev in revs {
            check(&fixture, rev, &Store::none());
            check(&fixture, rev, &store);
        }
        match round {
            "loose" => fixture.git("gc --quiet"),
            _ => fixture.git("commit-graph write --reachable"),
        };
    }
}

#[test]
fn trees_that_are_stored_as_differences() {
    let fixture = Fixture::new();
    for n in 0..150 {
        fixture.write(&format!("wide/file-{n}.py"), n.to_string());
        fixture.write(&format!("wide/{}/file.py", n % 10), n.to_string());
    }
    fixture.commit("first");
    for n in 0..60 {
        fixture.write(
            &format!("wide/file-{}.py", n * 7 % 150),
            format!("changed {n}"),
        );
        fixture.write(&format!("wide/{}/file.py", n % 10), format!("changed {n}"));
        fixture.commit("change");
    }
    let check = |what: &str| {
        check(&fixture, "HEAD", &Store::none());
        let borrower = Fixture::folder();
        borrower.git(&format!(
            "clone --quiet --shared --bare {} .",
            fixture.path().display()
        ));
        let (ours, theirs) = (
            read(&fixture.open(), "HEAD", &Store::none()),
            read(&borrower.open(), "HEAD", &Store::none()),
        );
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{what}");
    };
    let n_deltas = || {
        let objects =
            fixture.git("cat-file --batch-all-objects --batch-check=%(objecttype)%(deltabase)");
        objects
            .lines()
            .filter(|line| line.starts_with("tree") && !line.ends_with(&"0".repeat(40)))
            .count()
    };
    check("loose");
    fixture.git("gc --quiet");
    assert!(n_deltas() > 50, "{}", n_deltas());
    check("bases named by their offset");
    fixture.git("-c repack.useDeltaBaseOffset=false repack -a -d -f -q");
    assert!(n_deltas() > 50, "{}", n_deltas());
    check("bases named by their id");
    for n in 0..3 {
        fixture.write("wide/file-1.py", format!("again {n}"));
        fixture.commit("in a pack of its own");
        fixture.git("repack -d -q");
    }
    check("several packs");
}

#[test]
fn the_cache_answers_as_reading_anew_does_whatever_was_asked_before() {
    let fixture = eventful();
    let all = fixture.git("rev-list --all");
    let ids: Vec<&str> = all.lines().collect();
    let repo = fixture.open();
    let anew = |id: &str| format!("{:?}", read(&repo, id, &Store::none()));
    for start in (0..ids.len()).step_by(2) {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::at(dir.path());
        for step in [1, 5] {
            for n in 0..ids.len() {
                let id = ids[(start + n * step) % ids.len()];
                assert_eq!(
                    format!("{:?}", read(&repo, id, &store)),
                    anew(id),
                    "{start} {step} {n}"
                );
            }
        }
        assert!(store.stats()[0].n_segments <= 5, "{:?}", store.stats());
    }
}

#[test]
fn a_damaged_cache_is_read_anew() {
    let fixture = eventful();
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::at(dir.path());
    check(&fixture, "main", &store);
    let table = fs::read_dir(dir.path())
        .expect("tables")
        .next()
        .expect("one")
        .expect("a table")
        .path();
    let segment = fs::read_dir(&table)
        .expect("segments")
        .next()
        .expect("one")
        .expect("a segment")
        .path();
    let whole = fs::read(&segment).expect("read");
    let mut n_noted = 0;
    for at in (0..whole.len()).step_by(37) {
        for old in fs::read_dir(&table).expect("segments") {
            fs::remove_file(old.expect("a segment").path()).expect("removed");
        }
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        fs::write(&segment, damaged).expect("written");
        let history = read(&fixture.open(), "main", &store);
        let mut found: Vec<_> = history
            .commits()
            .map(|commit| logged(&history, commit))
            .collect();
        found.sort();
        assert_eq!(found, git_log(&fixture, "main"), "{at}");
        n_noted += usize::from(!history.problems().is_empty());
    }
    assert!(n_noted * 37 * 2 > whole.len(), "{n_noted}");
}

#[test]
fn later_commits_cannot_be_seen() {
    let fixture = Fixture::new();
    fixture.write("a.py", "1");
    fixture.commit("first");
    fixture.write("secret.py", "1");
    fixture.commit("the answer");
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::at(dir.path());
    check(&fixture, "main", &store);
    let before = format!("{:?}", read(&fixture.open(), "main~1", &store));
    assert!(
        !before.contains("secret") && !before.contains("answer"),
        "{before}"
    );
}

#[test]
fn a_limit_takes_the_newest() {
    let fixture = eventful();
    let repo = fixture.open();
    let tip = repo.resolve("main").expect("a commit");
    let all = read(&repo, "main", &Store::none());
    for limit in [1, 2, 5, all.len(), all.len() + 9] {
        let options = HistoryOptions {
            limit: Some(limit),
            ..HistoryOptions::default()
        };
        let history = History::read_with(&repo, tip, &Store::none(), options).expect("a history");
        assert_eq!(history.len(), limit.min(all.len()));
        assert_eq!(history.commit(0).id, tip);
        for commit in history.commits() {
            let whole = all
                .commits()
                .find(|other| other.id == commit.id)
                .expect("an ancestor");
            assert_eq!(logged(&history, commit), logged(&all, whole));
        }
    }
    let options = HistoryOptions {
        limit: Some(0),
        ..HistoryOptions::default()
    };
    assert!(
        History::read_with(&repo, tip, &Store::none(), options)
            .expect("a history")
            .is_empty()
    );
}

#[test]
fn progress_is_told_while_commits_are_read() {
    let fixture = eventful();
    let repo = fixture.open();
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |done: usize, found: usize| told.lock().expect("no panic").push((done, found));
    let options = HistoryOptions {
        progress: Some(&progress),
        ..HistoryOptions::default()
    };
    let tip = repo.resolve("main").expect("a commit");
    let dir = tempfile::tempdir().expect("a folder");
    let history =
        History::read_with(&repo, tip, &Store::at(dir.path()), options).expect("a history");
    let last = told.lock().expect("no panic").pop().expect("told");
    assert_eq!(last.0, last.1);
    assert!(last.0 <= history.len());
    told.lock().expect("no panic").clear();
    History::read_with(&repo, tip, &Store::at(dir.path()), options).expect("cached");
    assert!(told.lock().expect("no panic").is_empty());
}

#[test]
fn shallow_clones_end_early_and_say_so() {
    let origin = eventful();
    let shallow = Fixture::folder();
    shallow.git(&format!(
        "clone --quiet --bare --depth 3 file://{} .",
        origin.path().display()
    ));
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::at(dir.path());
    let repo = shallow.open();
    assert!(repo.is_shallow());
    for _ in 0..2 {
        let history = read(&repo, "HEAD", &store);
        let ids: Vec<_> = history
            .commits()
            .map(|commit| commit.id.to_string())
            .collect();
        let mut expect: Vec<_> = shallow
            .git("rev-list HEAD")
            .lines()
            .map(str::to_owned)
            .collect();
        let mut sorted = ids.clone();
        sorted.sort();
        expect.sort();
        assert_eq!(sorted, expect);
        assert_eq!(history.problems().len(), 1);
        assert!(
            history.problems()[0].message.contains("--unshallow"),
            "{:?}",
            history.problems()
        );
        // What a commit changed cannot be known where its parent is not there.
        let boundary = fs::read_to_string(shallow.join("shallow")).expect("a shallow clone");
        for commit in history
            .commits()
            .filter(|commit| boundary.contains(&commit.id.to_string()))
        {
            assert!(commit.paths.is_empty() && commit.n_parents > 0);
        }
    }
    shallow.git("fetch --quiet --unshallow origin");
    let history = read(&shallow.open(), "HEAD", &store);
    assert_eq!(
        history.len(),
        read(&origin.open(), "HEAD", &Store::none()).len()
    );
    assert_eq!(history.problems(), []);
}

#[test]
fn missing_trees_leave_paths_unknown() {
    let fixture = Fixture::new();
    for n in 0..4 {
        fixture.write("folder/a.py", n.to_string());
        fixture.commit("change");
    }
    let tree = fixture.git("rev-parse HEAD~1:folder");
    fs::remove_file(fixture.join(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..])))
        .expect("removed");
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::at(dir.path());
    let history = read(&fixture.open(), "HEAD", &store);
    let n_paths: Vec<_> = history.commits().map(|commit| commit.paths.len()).collect();
    assert_eq!(n_paths, [0, 0, 1, 1]);
    assert!(
        history.problems()[0].message.contains("2 commits"),
        "{:?}",
        history.problems()
    );
    assert!(store.stats().is_empty(), "what is not complete is not kept");
}

#[test]
fn a_commit_that_is_missing_further_down() {
    let fixture = Fixture::new();
    for n in 0..4 {
        fixture.write("a.py", n.to_string());
        fixture.commit("change");
    }
    let lost = fixture.git("rev-parse HEAD~2");
    fs::remove_file(fixture.join(&format!(".git/objects/{}/{}", &lost[..2], &lost[2..])))
        .expect("removed");
    let history = read(&fixture.open(), "HEAD", &Store::none());
    assert_eq!(history.len(), 2);
    assert!(
        history.problems()[0].message.contains("git fsck"),
        "{:?}",
        history.problems()
    );
    let repo = fixture.open();
    let error =
        History::read(&repo, lost.parse().expect("an id"), &Store::none()).expect_err("absent");
    assert!(matches!(error, RepoError::AbsentCommit { .. }), "{error}");
    let tree = repo.snapshot("HEAD").expect("a snapshot").entries()[0].id;
    let error = History::read(&repo, tree, &Store::none()).expect_err("a blob");
    assert!(matches!(error, RepoError::NotACommit { .. }), "{error}");
}

#[test]
fn a_cache_that_cannot_be_written_is_a_note() {
    let fixture = eventful();
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("file"), "in the way").expect("written");
    let history = read(&fixture.open(), "main", &Store::at(dir.path().join("file")));
    assert_eq!(
        history.len(),
        read(&fixture.open(), "main", &Store::none()).len()
    );
    let messages: Vec<_> = history
        .problems()
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(
        messages
            .iter()
            .any(|message| message.contains("was not kept")),
        "{messages:?}"
    );
}

#[test]
fn changes_of_single_commits() {
    let fixture = eventful();
    let repo = fixture.open();
    let mut reader = repo.change_reader();
    let mut buffer = Vec::new();
    for id in fixture.git("rev-list --all").lines() {
        let changes = reader.changes(id.parse().expect("an id")).expect("changes");
        let raw = fixture.git(&format!("-c core.quotePath=false diff-tree -r --root --no-commit-id --no-renames --diff-merges=first-parent --no-abbrev {id}"));
        let mut expect: Vec<_> = raw
            .lines()
            .map(|line| {
                let (fields, path) = line.split_once('\t').expect("a tab");
                let ids: Vec<_> = fields.split(' ').skip(2).take(2).collect();
                let present = |id: &str| (!id.starts_with("0000000000")).then(|| id.to_owned());
                (path.to_owned(), present(ids[0]), present(ids[1]))
            })
            .collect();
        // Git lists a file that becomes a link once, as we do.
        expect.sort();
        let found: Vec<_> = changes
            .iter()
            .map(|change| {
                (
                    change.path.to_string(),
                    change.old.map(|id| id.to_string()),
                    change.new.map(|id| id.to_string()),
                )
            })
            .collect();
        assert_eq!(found, expect, "{id}");
        for blob in changes
            .iter()
            .flat_map(|change| [change.old, change.new])
            .flatten()
        {
            reader.blob(blob, &mut buffer).expect("a blob");
            assert_eq!(
                buffer,
                fixture.git_bytes(&["cat-file", "blob", &blob.to_string()])
            );
        }
    }
    assert!(
        reader
            .blob(bughound_repo::ObjectId([7; 20]), &mut buffer)
            .is_err()
    );
}

//! Tasks from a history.

use std::fs;
use std::path::Path;

use bughound_repo::Repo;
use bughound_store::Store;
use bughound_tasks::{
    DropReason, IssueTexts, KnownTasks, LeakPolicy, MineRequest, MineSettings, Mined, Task, mine,
};
use tempfile::TempDir;

/// A repository with one commit for each way to be taken or left out.
struct Project(TempDir);

const SHOP: &str = "class Cart:\n    def add_item(self, item):\n        self.items.append(item)\n\n\ndef total(cart):\n    return 0\n";

impl Project {
    fn new() -> Self {
        let project = Self(TempDir::new().unwrap());
        project.git(&["init", "-q"]);
        project.write(
            "LICENSE",
            "Permission is hereby granted, free of charge, to any person",
        );
        project.write("shop.py", SHOP);
        project.write("tests/test_shop.py", "");
        project.commit("The code");
        project.write("shop.py", &SHOP.replace("return 0", "return sum(cart)"));
        project.write(
            "CHANGES.rst",
            "* Carts with items have a total that is not zero.\n",
        );
        project.write("tests/test_shop.py", "def test_total(): pass\n");
        project.commit("Fixed #7 -- Made the sum of a cart with several things right again.\n\nSigned-off-by: A <a@b>\n");
        project.write(
            "shop.py",
            &SHOP
                .replace("return 0", "return sum(cart)")
                .replace("append(item)", "append(1)"),
        );
        project.commit(
            "Fix a crash in shop.py when something is put into a cart that has been emptied",
        );
        project.write("README", "hello");
        project.commit("Fix the documentation, which was wrong about nearly everything in it");
        project.write("shop.py", &SHOP.replace("return 0", "return 1"));
        project.commit(
            "Return one for the sake of a demonstration that I shall give tomorrow morning",
        );
        project.write("shop.py", &SHOP.replace("return 0", "return 2"));
        project.commit("Fix it");
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", message]);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "git makes the repository of the test"
    )]
    fn git(&self, arguments: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .arg("-C")
            .arg(self.0.path())
            .args([
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_DEFAULT_HASH", "sha1")
            .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn mine(&self, settings: &MineSettings, issues: &IssueTexts, known: &KnownTasks) -> Mined {
        mine(&MineRequest {
            repo: &Repo::open(self.0.path()).unwrap(),
            name: "a/b",
            rev: "HEAD",
            settings,
            issues,
            known,
            store: &Store::none(),
        })
        .unwrap()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn plain() -> (MineSettings, IssueTexts, KnownTasks) {
    (
        MineSettings::default(),
        IssueTexts::default(),
        KnownTasks::default(),
    )
}

#[test]
fn a_fix_becomes_a_task() {
    let project = Project::new();
    let (settings, issues, known) = plain();
    let mined = project.mine(&settings, &issues, &known);
    assert_eq!((mined.n_commits, mined.licence), (6, Some("MIT")));
    assert_eq!(
        mined.dropped,
        [
            (DropReason::NotOneParent, 1),
            (DropReason::FileCount, 1),
            (DropReason::NoFix, 1),
            (DropReason::ShortStatement, 1),
            (DropReason::Leak, 1),
        ]
        .into()
    );
    let [task] = &mined.tasks[..] else {
        panic!("{:?}", mined.tasks);
    };
    assert_eq!(
        task.problem_statement,
        "Made the sum of a cart with several things right again.\n\nCarts with items have a total that is not zero."
    );
    assert_eq!(task.created_at, "2020-01-01T00:00:00Z");
    assert_eq!(task.extra["mined"]["tests_changed"], true);
    assert_eq!(task.extra["mined"]["names_function"][0], "shop.py::total");
    assert_eq!(task.extra["mined"]["licence"], "MIT");
    // The parent, and a patch that git itself can apply there.
    let first = project.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert_eq!(task.base_commit, first.trim());
    project.git(&["checkout", "-q", &task.base_commit]);
    fs::write(project.path().join("fix.patch"), &task.patch).unwrap();
    project.git(&["apply", "fix.patch"]);
    let mended = fs::read_to_string(project.path().join("shop.py")).unwrap();
    assert_eq!(mended, SHOP.replace("return 0", "return sum(cart)"));
}

#[test]
fn every_filter_is_a_setting() {
    let project = Project::new();
    let check = |change: &dyn Fn(&mut MineSettings), n_tasks: usize| {
        let (mut settings, issues, known) = plain();
        change(&mut settings);
        let mined = project.mine(&settings, &issues, &known);
        assert_eq!(
            mined.tasks.len(),
            n_tasks,
            "{settings:?} {:?}",
            mined.dropped
        );
    };
    check(&|_| {}, 1);
    check(&|settings| settings.leaks = LeakPolicy::Keep, 2);
    check(&|settings| settings.leaks = LeakPolicy::Names, 0);
    check(&|settings| settings.fixes_only = false, 2);
    check(&|settings| settings.min_statement_chars = 1, 2);
    check(&|settings| settings.with_tests_only = true, 1);
    check(&|settings| settings.max_lines = 1, 0);
    check(&|settings| settings.max_files = 0, 0);
    check(&|settings| settings.max_locations = 0, 0);
    check(&|settings| settings.max_tasks = Some(0), 0);
}

#[test]
fn an_issue_speaks_instead_of_its_fix() {
    let project = Project::new();
    let (settings, mut issues, known) = plain();
    issues.add(
        7,
        "Sum is zero",
        "Whatever I put in, I pay nothing; that is nice, but it ruins us all.",
    );
    let mined = project.mine(&settings, &issues, &known);
    assert_eq!(
        mined.tasks[0].problem_statement,
        "Sum is zero\n\nWhatever I put in, I pay nothing; that is nice, but it ruins us all."
    );
}

#[test]
fn what_is_known_stays_out() {
    let project = Project::new();
    let (settings, issues, known) = plain();
    let task = project.mine(&settings, &issues, &known).tasks.remove(0);
    let check = |known_task: Task| {
        let mut known = KnownTasks::default();
        known.add(&[known_task]);
        let mined = project.mine(&settings, &issues, &known);
        assert_eq!(
            (mined.tasks.len(), mined.dropped.get(&DropReason::Known)),
            (0, Some(&1))
        );
    };
    let elsewhere = |base: &Task| Task {
        repo: "fork/b".to_owned(),
        base_commit: "1234".to_owned(),
        ..base.clone()
    };
    check(Task {
        problem_statement: "x".to_owned(),
        patch: "y".to_owned(),
        ..task.clone()
    });
    check(Task {
        problem_statement: "x".to_owned(),
        ..elsewhere(&task)
    });
    check(Task {
        patch: "y".to_owned(),
        problem_statement: task.problem_statement.to_uppercase(),
        ..elsewhere(&task)
    });
}

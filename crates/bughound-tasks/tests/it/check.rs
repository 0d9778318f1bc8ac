//! Checking tasks against a real repository.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bughound_metrics::Metric;
use bughound_tasks::{RepoMap, Task, TaskCheck, check_tasks, stats};

#[expect(
    clippy::disallowed_methods,
    reason = "a test makes its repository with git"
)]
fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .arg("-C")
        .arg(dir)
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn task(id: &str, repo: &str, commit: &str, issue: &str, patch: &str) -> Task {
    Task {
        instance_id: id.to_owned(),
        repo: repo.to_owned(),
        base_commit: commit.to_owned(),
        problem_statement: issue.to_owned(),
        patch: patch.to_owned(),
        ..Task::default()
    }
}

fn show(checks: &[TaskCheck], dir: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for check in checks {
        let truth = check.ground_truth.as_ref();
        let locations = truth.map_or("unknown".to_owned(), |truth| truth.locations.join(" "));
        lines.push(format!("{}: {locations}", check.instance_id));
        for finding in &check.findings {
            lines.push(format!(
                "! {}",
                finding.to_string().replace(dir.to_str().unwrap(), "DIR")
            ));
        }
    }
    lines
}

#[test]
fn tasks_are_held_against_their_repository() {
    let dir = tempfile::tempdir().unwrap();
    let repo = dir.path().join("a+b/repo");
    std::fs::create_dir_all(&repo).unwrap();
    git(&repo, &["init", "-q"]);
    std::fs::write(
        repo.join("m.py"),
        "def f():\n    return 1\n\n\nclass C:\n    x = 1\n",
    )
    .unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "one"]);
    let commit = git(&repo, &["rev-parse", "HEAD"]);
    // A later commit must not be seen.
    std::fs::write(repo.join("m.py"), "def g():\n    return 2\n").unwrap();
    git(&repo, &["commit", "-q", "-a", "-m", "two"]);

    let edit = "--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n def f():\n-    return 1\n+    return 2\n";
    let tasks = [
        task("good", "a/b", &commit, "It is 1.", edit),
        task("short-id", "a/b", &commit[..10], "It is 1.", edit),
        task("silent", "a/b", &commit, " \n", edit),
        task(
            "unfit",
            "a/b",
            &commit,
            "x",
            &edit.replace("return 1", "return 7"),
        ),
        task(
            "no-commit",
            "a/b",
            "0123456789abcdef0123456789abcdef01234567",
            "x",
            edit,
        ),
        task("no-repo", "x/y", &commit, "x", edit),
        task("no-patch", "a/b", &commit, "x", ""),
    ];
    let mut repos = RepoMap::new();
    repos.add_folder(dir.path()).unwrap();
    let done = AtomicUsize::new(0);
    let checks = check_tasks(&tasks, &repos, &|| {
        done.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(done.into_inner(), tasks.len());
    let lines = show(&checks, dir.path());
    assert_eq!(
        lines[..5],
        [
            "good: m.py::f",
            "short-id: m.py::f",
            "silent: m.py::f",
            "! silent: the issue has no text (empty-issue)",
            "unfit: m.py",
        ]
    );
    let rest = lines[5..].join("\n");
    for part in [
        "! unfit: line 3: m.py: hunk 1 (line 3 of the patch) does not fit: line 2 of the file is `    return 1`, where the patch has `    return 7` (patch-does-not-apply)",
        "no-commit: unknown\n! no-commit: a/b in DIR/a+b/repo",
        "(commit-missing)",
        "no-repo: unknown\n! no-repo: no repository for `x/y` in DIR: looked for ",
        "(repository-missing)",
        "! no-patch: the patch is empty (patch-malformed)\n! no-patch: the patch edits no source file: there is nothing to find (no-ground-truth)",
    ] {
        assert!(rest.contains(part), "{part}\nis not in\n{rest}");
    }

    let counted = stats(
        tasks
            .iter()
            .zip(&checks)
            .map(|(task, check)| (task, check.ground_truth.as_ref())),
    );
    let all = &counted.all;
    assert_eq!(
        (all.tasks, all.with_ground_truth, all.empty_issues),
        (7, 5, 1)
    );
    assert_eq!(
        (all.single_file, all.single_location, all.without_location),
        (4, 3, 2)
    );
    assert_eq!(
        (
            all.issue_chars.min,
            all.issue_chars.median,
            all.issue_chars.max
        ),
        (0, 1, 8)
    );
    let recall = all
        .ceilings
        .iter()
        .find(|c| c.metric == Metric::Recall(1))
        .unwrap();
    assert!((recall.file - 0.8).abs() < 1e-12 && (recall.function - 0.6).abs() < 1e-12);
    assert_eq!(counted.repos.keys().collect::<Vec<_>>(), ["a/b", "x/y"]);
}

//! A small project, tasks made of its commits, and ways to run episodes.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;

use bughound_agent::Policy;
use bughound_rollout::{RolloutError, RolloutRequest, RolloutSummary, SilentWatch, Watch, rollout};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};
use bughound_tools::Budget;
use bughound_trace::{Budgets, Trace, TraceReader};
use tempfile::TempDir;

const SHOP: &str = "def price(item):\n    return item.price\n\n\nclass Cart:\n    def add(self, item):\n        self.items.append(item)\n\n    def total(self):\n        return 0\n";

/// A folder with a repository, tasks, and room for runs.
pub(crate) struct World {
    folder: TempDir,
    pub(crate) tasks: Vec<Task>,
}

impl World {
    /// Three tasks: one that changes `Cart.add`, one that changes no function, and one whose commit is missing.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let repo = folder.path().join("repos/a__b");
        fs::create_dir_all(&repo).unwrap();
        fs::write(repo.join("shop.py"), SHOP).unwrap();
        fs::write(repo.join("notes.cfg"), "[x]\n").unwrap();
        git(&repo, &["init", "-q"]);
        git(&repo, &["add", "."]);
        git(&repo, &["commit", "-q", "-m", "the code"]);
        let base = git(&repo, &["rev-parse", "HEAD"]).trim().to_owned();
        let task = |id: &str, file: &str, text: &str, issue: &str| {
            fs::write(repo.join(file), text).unwrap();
            let patch = git(&repo, &["diff"]);
            git(&repo, &["checkout", "-q", "."]);
            Task {
                instance_id: id.to_owned(),
                repo: "a/b".to_owned(),
                base_commit: base.clone(),
                problem_statement: issue.to_owned(),
                patch,
                ..Task::default()
            }
        };
        let mut tasks = vec![
            task(
                "a__b-1",
                "shop.py",
                &SHOP.replace("append(item)", "append(1)"),
                "Cart.add adds the wrong thing",
            ),
            task("a__b-2", "notes.cfg", "[y]\n", "The notes are wrong"),
        ];
        tasks.push(Task {
            instance_id: "a__b-3".to_owned(),
            base_commit: "0".repeat(40),
            ..tasks[0].clone()
        });
        Self { folder, tasks }
    }

    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(
        &self,
        out: &str,
        policy: &dyn Policy,
        change: impl FnOnce(&mut RolloutRequest<'_>),
    ) -> Result<RolloutSummary, RolloutError> {
        self.run_watched(out, policy, &SilentWatch, change)
    }

    pub(crate) fn run_watched(
        &self,
        out: &str,
        policy: &dyn Policy,
        watch: &dyn Watch,
        change: impl FnOnce(&mut RolloutRequest<'_>),
    ) -> Result<RolloutSummary, RolloutError> {
        let mut repos = RepoMap::new();
        repos.add_folder(&self.folder.path().join("repos")).unwrap();
        let out = self.out(out);
        let mut request = RolloutRequest {
            tasks: &self.tasks,
            repos: &repos,
            policy,
            protocol: "reposearcher",
            budgets: Budgets::default(),
            tool_budget: Budget::default(),
            n: 2,
            seed: 1,
            store: &Store::none(),
            out: &out,
            force: false,
            concurrency: NonZeroUsize::MIN,
            threads: NonZeroUsize::MIN,
            retries: 0,
            timed: false,
            watch,
        };
        change(&mut request);
        rollout(&request)
    }

    pub(crate) fn traces(&self, out: &str) -> Vec<Trace> {
        let reader = TraceReader::open(&self.out(out)).unwrap();
        reader.map(Result::unwrap).collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "git makes the repository of the test"
)]
fn git(repo: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(repo)
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .env("GIT_DEFAULT_HASH", "sha1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

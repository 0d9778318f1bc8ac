//! Two small projects with tasks made of their commits, and a policy that says what it is told.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bughound_core::Location;
use bughound_eval::{
    Answered, Depth, EvalError, EvalRequest, Obstacle, Phase, Policy, Progress, Question, Ranking,
    RunSummary, Selection, TasksFile, evaluate,
};
use bughound_metrics::{BootstrapSettings, PathScorer};
use bughound_store::Store;
use bughound_tasks::{OnMalformed, RepoMap, Task, write_tasks};
use tempfile::TempDir;

/// A folder with repositories, a file of tasks and room for runs.
pub(crate) struct World {
    folder: TempDir,
    pub(crate) tasks: Vec<Task>,
}

impl World {
    /// Five tasks, in two projects:
    ///
    /// | task | changes | its issue says |
    /// |---|---|---|
    /// | `a__b-1` | `shop.py::price` | that very function |
    /// | `a__b-2` | `shop.py::Cart.add`, `shop.py::Cart.total` | another function, then one of the two |
    /// | `a__b-3` | `notes.cfg` | a function |
    /// | `c__d-1` | `core/run.py::start` | nothing of use |
    /// | `c__d-2` | `LIMIT` in `core/run.py`, in no function | the file |
    pub(crate) fn new() -> Self {
        let mut world = Self {
            folder: TempDir::new().unwrap(),
            tasks: Vec::new(),
        };
        let shop = "def price(item):\n    return item.price\n\n\nclass Cart:\n    items = ()\n\n    def add(self, item):\n        self.items += (item,)\n\n    def total(self):\n        return 0\n";
        world.write("repos/a+b/repo/shop.py", shop);
        world.write("repos/a+b/repo/extra.py", "def unused():\n    pass\n");
        world.write("repos/a+b/repo/notes.cfg", "[x]\n");
        world.init("repos/a+b/repo");
        world.task(
            "a__b-1",
            "shop.py",
            &shop.replace("item.price", "item.cost"),
            "say: shop.py::price",
        );
        world.task(
            "a__b-2",
            "shop.py",
            &shop
                .replace("return 0", "return 1")
                .replace("(item,)", "(item, 1)"),
            "say: extra.py::unused shop.py::Cart.total",
        );
        world.task("a__b-3", "notes.cfg", "[y]\n", "say: shop.py::price");
        let run = "LIMIT = 1\n\n\ndef start():\n    return LIMIT\n";
        world.write("repos/c__d/core/run.py", run);
        world.write("repos/c__d/core/other.py", "def other():\n    pass\n");
        world.init("repos/c__d");
        world.task(
            "c__d-1",
            "core/run.py",
            &run.replace("return", "yield"),
            "it is broken",
        );
        world.task(
            "c__d-2",
            "core/run.py",
            &run.replace("LIMIT = 1", "LIMIT = 2"),
            "say: core/run.py",
        );
        world.save();
        world
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Writes the tasks to `tasks.jsonl`.
    pub(crate) fn save(&self) {
        let mut bytes = Vec::new();
        write_tasks(&self.tasks, &mut bytes).unwrap();
        fs::write(self.path("tasks.jsonl"), bytes).unwrap();
    }

    pub(crate) fn tasks_file(&self) -> TasksFile {
        TasksFile::read(&self.path("tasks.jsonl"), OnMalformed::Stop).unwrap()
    }

    pub(crate) fn repos(&self) -> RepoMap {
        let mut map = RepoMap::new();
        map.add_folder(&self.path("repos")).unwrap();
        map
    }

    fn init(&self, repo: &str) {
        let repo = self.path(repo);
        git(&repo, &["init", "-q"]);
        git(&repo, &["add", "."]);
        git(&repo, &["commit", "-q", "-m", "the code"]);
    }

    /// A task from a change that is made, taken as a patch and taken back.
    fn task(&mut self, id: &str, file: &str, after: &str, issue: &str) {
        let (name, _) = id.rsplit_once('-').unwrap();
        let folder = if name == "a__b" {
            "repos/a+b/repo"
        } else {
            "repos/c__d"
        };
        let repo = self.path(folder);
        fs::write(repo.join(file), after).unwrap();
        let patch = git(&repo, &["diff"]);
        git(&repo, &["checkout", "-q", "."]);
        self.tasks.push(Task {
            instance_id: id.to_owned(),
            repo: name.replace("__", "/"),
            base_commit: git(&repo, &["rev-parse", "HEAD"]).trim().to_owned(),
            problem_statement: issue.to_owned(),
            patch,
            ..Task::default()
        });
    }

    /// Evaluates with [`Told`], one task at a time, into `out`.
    pub(crate) fn evaluate(&self, out: &str) -> Result<RunSummary, EvalError> {
        self.evaluate_with(out, |_| {})
    }

    /// The same with other settings.
    pub(crate) fn evaluate_with<'a>(
        &self,
        out: &str,
        change: impl FnOnce(&mut EvalRequest<'a>),
    ) -> Result<RunSummary, EvalError> {
        let mut request: EvalRequest<'a> = EvalRequest {
            tasks: leak(self.tasks_file()),
            selection: Selection::default(),
            repos: leak(self.repos()),
            policy: &Told,
            store: leak(Store::none()),
            out: leak(self.path(out)),
            force: false,
            ground_truth: None,
            scorer: &PathScorer,
            bootstrap: bootstrap(),
            depth: Depth::default(),
            jobs: NonZeroUsize::MIN,
            threads: NonZeroUsize::MIN,
            progress: &bughound_eval::Silent,
        };
        change(&mut request);
        evaluate(&request)
    }

    /// Text of a run folder without this machine's paths.
    pub(crate) fn without_paths(&self, text: &str) -> String {
        let here = self.folder.path().to_str().unwrap();
        text.replace(
            &format!("{}/", self.folder.path().canonicalize().unwrap().display()),
            "DIR/",
        )
        .replace(&format!("{here}/"), "DIR/")
    }
}

/// What a request borrows must outlive whatever a test puts into the request.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Few resamples: tests look at everything but the quality of the intervals.
pub(crate) fn bootstrap() -> BootstrapSettings {
    BootstrapSettings {
        resamples: 20,
        ..BootstrapSettings::default()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test makes its repository with git"
)]
pub(crate) fn git(dir: &Path, arguments: &[&str]) -> String {
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
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Answers with the ids that follow `say:` in the issue, where the index holds them, and their files.
/// Crashes where the issue says `crash`.
pub(crate) struct Told;

impl Policy for Told {
    fn name(&self) -> &str {
        "told"
    }

    fn about(&self) -> &str {
        "says what it is told"
    }

    fn answer(&self, question: &Question<'_>) -> Result<Answered, Obstacle> {
        (question.on_stage)("listen");
        assert!(!question.task.issue.contains("crash"), "told to crash");
        let mut ranking = Ranking::default();
        let said = question
            .task
            .issue
            .split_once("say:")
            .map_or("", |(_, said)| said);
        (question.on_stage)("speak");
        for (place, id) in said.split_whitespace().enumerate() {
            let (path, name) = id.split_once("::").unwrap_or((id, ""));
            let symbol = question
                .index
                .symbol_idxs()
                .map(|idx| question.index.symbol(idx))
                .find(|symbol| symbol.path().as_str() == path && symbol.qualified_name() == name);
            let location = |name: Option<&str>| Location {
                path: path.into(),
                qualified_name: name.map(str::to_owned),
                kind: symbol.map(|symbol| symbol.kind()),
                lines: None,
                score: 1.0 / (place as f32 + 1.0),
                probability: None,
                reasons: Vec::new(),
            };
            if question.index.file_at(path).is_some() {
                ranking.files.push(location(None));
            }
            if symbol.is_some() {
                ranking.functions.push(location(Some(name)));
            }
        }
        Ok(ranking.into())
    }
}

/// Remembers what it is told, and stops after some tasks.
#[derive(Default)]
pub(crate) struct Watcher {
    pub(crate) stop_after: Option<usize>,
    pub(crate) steps: AtomicUsize,
    pub(crate) begun: Mutex<Vec<(Phase, usize, usize)>>,
}

impl Progress for Watcher {
    fn begin(&self, phase: Phase, done: usize, total: usize) {
        self.begun.lock().unwrap().push((phase, done, total));
    }

    fn step(&self, _what: &str) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    fn should_stop(&self) -> bool {
        self.stop_after
            .is_some_and(|n| self.steps.load(Ordering::Relaxed) >= n)
    }
}

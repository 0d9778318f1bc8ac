//! Tasks that must not come out of mining: those of benchmarks.

use std::collections::BTreeSet;

use crate::Task;

/// The projects that SWE-bench tests on. Nothing of them may be trained on.
pub const TEST_PROJECTS: [&str; 12] = [
    "astropy/astropy",
    "django/django",
    "matplotlib/matplotlib",
    "mwaskom/seaborn",
    "pallets/flask",
    "psf/requests",
    "pydata/xarray",
    "pylint-dev/pylint",
    "pytest-dev/pytest",
    "scikit-learn/scikit-learn",
    "sphinx-doc/sphinx",
    "sympy/sympy",
];

/// What is known already.
#[derive(Clone, Debug, Default)]
pub struct KnownTasks {
    keys: BTreeSet<String>,
    projects: BTreeSet<String>,
}

impl KnownTasks {
    /// Keeps out what these tasks hold: their base commits, fixes and statements.
    pub fn add(&mut self, tasks: &[Task]) {
        for task in tasks {
            self.keys.extend(keys_of(task));
            self.keys.insert(commit_key(&task.repo, &task.base_commit));
        }
    }

    /// Keeps out whole projects, as `owner/name`.
    pub fn add_project(&mut self, name: &str) {
        self.projects.insert(name.to_lowercase());
    }

    /// Whether a project is kept out.
    pub fn holds_project(&self, name: &str) -> bool {
        self.projects.contains(&name.to_lowercase())
    }

    /// Whether a task with the same fix or the same statement is known.
    pub fn holds_task(&self, task: &Task) -> bool {
        keys_of(task).iter().any(|key| self.keys.contains(key))
    }

    /// Whether a task made of a commit is known.
    pub(super) fn holds(&self, task: &Task, commit: &str) -> bool {
        self.holds_project(&task.repo)
            || self
                .keys
                .contains(&commit_key(&task.repo, &task.base_commit))
            || self.keys.contains(&commit_key(&task.repo, commit))
            || keys_of(task).iter().any(|key| self.keys.contains(key))
    }
}

fn commit_key(repo: &str, commit: &str) -> String {
    format!("commit {repo} {commit}")
}

/// What tells two tasks for the same: their words, and the lines that their fixes add and remove. Forks and back-ports
/// have other commits and the same of these.
pub(super) fn keys_of(task: &Task) -> [String; 2] {
    let words: Vec<String> = task
        .problem_statement
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let lines: Vec<&str> = task
        .patch
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .filter(|line| !line.starts_with("+++ ") && !line.starts_with("--- "))
        .collect();
    [
        format!("words {}", words.join(" ")),
        format!("lines {}", lines.join("\n")),
    ]
}

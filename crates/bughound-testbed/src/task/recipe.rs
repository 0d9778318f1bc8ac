//! `task.toml`, as it is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Edit, Oracle};

/// A task as its `task.toml` says it. It holds no third-party code: the tree comes from a registry, and what was
/// broken and how it is mended are small edits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// `bughound-build-task/1`.
    pub format: String,
    /// Its name, the same as its folder's: `py-toolz-0.12.0-mutation-1`.
    pub id: String,
    /// One line on what is broken and why, for whoever reads the suite. Policies do not see it.
    pub about: String,
    /// How it came to be broken.
    pub kind: Kind,
    /// `python`, `rust`, `javascript`, `c`, `cpp`, `java` or `go`.
    pub language: String,
    /// The build system that prepares and runs it: the name of a module of `systems/`.
    pub system: String,
    /// When the broken state came to be, for splits ordered by time: `2024-06-01`. The newest publication among
    /// what it is pinned to.
    pub date: String,
    /// A folder, relative to the suite's, whose `tree/`, `held_out/` and lock this task has, too: `bases/py-toolz-0.12.1`.
    /// What lies beside the task's own `task.toml` goes first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub base: String,
    /// Where the tree comes from.
    pub source: Source,
    /// What was done to the tree to break it, in order. Empty where the pins alone break it.
    #[serde(default, rename = "break", skip_serializing_if = "Broken::is_empty")]
    pub broken: Broken,
    /// What it depends on.
    #[serde(default)]
    pub dependencies: Dependencies,
    /// How it is built and tested.
    pub commands: Commands,
    /// What a fix may change.
    #[serde(default)]
    pub paths: Paths,
    /// How the broken state shows.
    pub symptom: Symptom,
    /// How much one validation may use.
    #[serde(default)]
    pub budget: Budget,
    /// The known fix.
    pub fix: Fix,
    /// Cases whose right answers are known outside the sandbox, where the product can be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oracle: Option<Oracle>,
    /// Fixes that may be tried without a policy. Policies do not see them, and nobody says that they are right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidate: Vec<CandidateFix>,
}

/// A fix that may be tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateFix {
    /// Its name within the task.
    pub name: String,
    /// Edits of the broken tree, in order.
    #[serde(default)]
    pub edit: Vec<Edit>,
}

/// How a task came to be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A dependency, compiler or runtime moved to a version that it does not work with.
    Dependency,
    /// It does not compile or cannot be imported.
    Compile,
    /// It builds and a test fails, after a small change of its code.
    Mutation,
    /// The environment lacks or contradicts something.
    Environment,
    /// A file of configuration is wrong.
    Configuration,
}

/// Where the tree comes from. `tree/` beside `task.toml`, where there is one, is laid over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "registry", rename_all = "snake_case")]
pub enum Source {
    /// `tree/` alone.
    Files,
    /// A source distribution of PyPI.
    Pypi(Release),
    /// A crate of crates.io.
    Crates(Release),
    /// A package of npm.
    Npm(Release),
    /// A revision of a git repository.
    Git {
        /// Its address, or a path.
        url: String,
        /// The full commit id.
        revision: String,
    },
}

/// One released archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The project's name in the registry.
    pub name: String,
    /// The exact version.
    pub version: String,
    /// SHA-256 of the archive, 64 hexadecimal digits.
    pub sha256: String,
    /// A folder of the archive that is the project; its only top folder where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
}

/// What broke the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    /// Edits, in order.
    #[serde(default)]
    pub edit: Vec<Edit>,
}

impl Broken {
    fn is_empty(&self) -> bool {
        self.edit.is_empty()
    }
}

/// What the tree depends on, pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependencies {
    /// The toolchain: program and the versions that will do, such as `python = ">=3.9, <3.13"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub toolchain: BTreeMap<String, String>,
    /// Direct dependencies as the system writes them (`pydantic==2.10.4`, `rand@0.9.0`, `chalk@5.3.0`), for
    /// systems whose tree has no lock file of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<String>,
    /// Further versions that are at hand without a network, so that a policy may move to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<String>,
    /// Nothing published later is resolved: a day, `2024-06-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_newer: Option<String>,
    /// What a fix must keep: dependency and the versions that will do, such as `pydantic = ">=2"`. A fix that goes
    /// back instead of adapting the code does not count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hold: BTreeMap<String, String>,
}

/// How the tree is built and tested, in its root unless said otherwise. An empty list takes the system's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    /// Makes it. All must end with status 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub build: Vec<TaskCommand>,
    /// Runs its tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<TaskCommand>,
    /// How results are read per test: the name of a module of `results/`; `none` where status 0 is all there is.
    pub results: String,
    /// Environment of all commands, beside the system's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

/// One command: program and arguments, no shell.
pub type TaskCommand = Vec<String>;

/// What a fix may change: globs relative to the tree's root (`**` crosses folders).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// Changes elsewhere are dropped and named.
    pub allowed: Vec<String>,
    /// Changes here are dropped and named, whatever is allowed: tests, the files that say how tests are run.
    pub protected: Vec<String>,
    /// Tests that the policy does not see; they are put back to validate. `held_out/` beside `task.toml`, where there
    /// is one, is laid over the tree to validate, too.
    pub held_out: Vec<String>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            allowed: vec!["**".to_owned()],
            protected: Vec::new(),
            held_out: Vec::new(),
        }
    }
}

/// How the broken state shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// Where it fails.
    pub stage: Stage,
    /// A regular expression that the output of the failing stage matches.
    pub message: String,
    /// Its class.
    pub class: ErrorClass,
    /// Tests that must fail before the fix and pass after it, where results are read per test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fail_to_pass: Vec<String>,
}

/// A stage of a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Dependencies are put in place as the tree's manifest says.
    Sync,
    /// [`Commands::build`].
    Build,
    /// [`Commands::test`].
    Test,
}

/// Classes of errors, those of arXiv 2510.22075.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the definitions")]
pub enum ErrorClass {
    Dependency,
    BuildTool,
    Test,
    Configuration,
    Environment,
    Version,
    Installation,
    Permission,
    Other,
}

/// How much one validation may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// Seconds that each command may take.
    pub seconds: u64,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Disk in MiB.
    pub disk_mib: u64,
    /// Processes at once.
    pub processes: u64,
}

impl Default for Budget {
    /// 100 seconds, as the simplified pipeline of arXiv 2510.22075 has it, 4 GiB, 2 GiB, 512.
    fn default() -> Self {
        Self {
            seconds: 100,
            memory_mib: 4096,
            disk_mib: 2048,
            processes: 512,
        }
    }
}

/// The known fix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// What was broken is undone.
    #[serde(default)]
    pub revert: bool,
    /// Edits of the broken tree, in order (after the undoing, where there is one).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edit: Vec<Edit>,
}

//! A task to resolve: a state in the testbed, the tests that decide, and the known fix as a patch.

use std::sync::Arc;

use bughound_repo::Repo;
use bughound_sandbox::{Change, What};
use bughound_tasks::Task as Issue;
use bughound_testbed::{Broken, Edit, EditWhat, Fix, Prepared, Recipe, Source, Task, TestId, Tree};
use serde::{Deserialize, Serialize};

use crate::patch::{apply, diff_of, read};
use crate::project::{Environment, files_of};

/// A task to resolve.
#[derive(Clone)]
pub struct Instance {
    /// Its name.
    pub id: String,
    /// Its state.
    pub prepared: Arc<Prepared>,
    /// The tests that decide.
    pub tests: Tests,
    /// The known fix, as a patch.
    pub gold: String,
}

/// The tests that decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tests {
    /// They fail before the fix and pass after it.
    pub fail_to_pass: Vec<TestId>,
    /// They pass before and after.
    pub pass_to_pass: Vec<TestId>,
    /// Who says so.
    pub origin: Origin,
}

impl Tests {
    /// Whether there are none, so that the commands' end is all that decides.
    pub fn are_commands(&self) -> bool {
        self.fail_to_pass.is_empty() && self.pass_to_pass.is_empty()
    }
}

/// Who says which tests decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// They were run untouched and with the known fix.
    #[default]
    Measured,
    /// The data set.
    Dataset,
}

/// An instance of a testbed's task.
pub fn of_task(prepared: Arc<Prepared>, tests: Tests) -> Instance {
    let gold = diff_of(prepared.tree(), &prepared.known_fix());
    Instance {
        id: prepared.task.recipe.id.clone(),
        prepared,
        tests,
        gold,
    }
}

/// A task of the testbed, made of an instance in SWE-bench's format and the environment that it is run in: its tree is the base
/// commit's, its fix the data set's, and the files of the data set's test patch are laid over it to validate. `repo` is a clone
/// of the project; the environment's own source where there is none.
///
/// # Errors
/// What of both does not fit.
pub fn of_swe_bench(
    issue: &Issue,
    environment: &Environment,
    repo: Option<&std::path::Path>,
) -> Result<Task, String> {
    let path = match (repo, &environment.recipe.source) {
        (Some(path), _) => path.to_owned(),
        (None, Source::Git { url, .. }) if !url.contains("://") => environment.folder.join(url),
        _ => {
            return Err(format!(
                "there is no clone of {}: name one with --repos or --repo-map, or in [source] of the recipe",
                issue.repo
            ));
        }
    };
    let snapshot = Repo::open(&path)
        .and_then(|repo| repo.snapshot(&issue.base_commit))
        .map_err(|error| error.to_string())?;
    let tree = files_of(&snapshot).tree;
    let fix = changes(&tree, &issue.patch, "patch")?;
    let tests = changes(&tree, &issue.test_patch, "test_patch")?;
    let mut held_out = Vec::new();
    for change in tests {
        if let What::File { bytes, .. } = change.what {
            held_out.push((change.path.to_string_lossy().into_owned(), bytes));
        }
    }
    let recipe = Recipe {
        id: issue.instance_id.clone(),
        source: Source::Files,
        base: String::new(),
        broken: Broken::default(),
        oracle: None,
        fix: Fix {
            revert: false,
            edit: fix.into_iter().map(edit).collect::<Result<_, _>>()?,
        },
        ..environment.recipe.clone()
    };
    Ok(Task {
        recipe,
        folder: environment.folder.clone(),
        tree: tree
            .files
            .into_iter()
            .map(|(path, file)| (path, file.bytes))
            .collect(),
        held_out,
        issue: Some(issue.problem_statement.clone()),
        lock: environment.lock.clone(),
    })
}

fn changes(tree: &Tree, patch: &str, name: &str) -> Result<Vec<Change>, String> {
    if patch.trim().is_empty() {
        return Ok(Vec::new());
    }
    let proposal = read(patch).map_err(|error| format!("its {name}: {error}"))?;
    let patched = apply(tree, &proposal).map_err(|refused| {
        let refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
        format!("its {name} does not apply: {}", refused.join("; "))
    })?;
    Ok(patched.changes)
}

fn edit(change: Change) -> Result<Edit, String> {
    let path = change.path.to_string_lossy().into_owned();
    let what = match change.what {
        What::File { bytes, .. } => EditWhat::Write {
            content: String::from_utf8(bytes)
                .map_err(|_| format!("its patch makes {path}, which is no UTF-8 text"))?,
        },
        _ => EditWhat::Remove,
    };
    Ok(Edit { path, what })
}

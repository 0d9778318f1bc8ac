//! Where a task's tree comes from: archives of registries, `tree/`, or a revision of a git repository.

mod git;
mod release;

pub(crate) use release::archive_steps;
pub(crate) use release::{ARCHIVE, registry_system};

use crate::archive::unpack;
use crate::digest::sha256;
use crate::task::{Fix, Release, Source};
use crate::tree::Tree;
use crate::{Fault, FaultKind, Task};

/// The task's trees: whole, as the policy gets it, and what is put back to validate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trees {
    /// Broken, all files there.
    pub(crate) broken: Tree,
    /// Mended by the known fix, all files there.
    pub(crate) fixed: Tree,
    /// What is taken out of the broken tree before the policy sees it, and put back to validate; and what is laid over it.
    pub(crate) held_out: Tree,
}

impl Trees {
    /// The broken tree without what is held out.
    pub(crate) fn shown(&self) -> Tree {
        let mut shown = self.broken.clone();
        shown
            .files
            .retain(|path, _| !self.held_out.files.contains_key(path));
        shown
    }
}

/// Makes the trees of `task`; `archive` is the bytes of its released archive, where it has one.
pub(crate) fn trees(task: &Task, archive: Option<&[u8]>) -> Result<Trees, Fault> {
    let mut tree = match (&task.recipe.source, archive) {
        (Source::Files, _) => Tree::default(),
        (Source::Git { url, revision }, _) => git::tree(&task.folder, url, revision)?,
        (Source::Pypi(release) | Source::Crates(release) | Source::Npm(release), Some(bytes)) => {
            check_digest(release, bytes)?;
            unpack(bytes, &release.folder).map_err(|what| task_fault(task, &what))?
        }
        (Source::Pypi(release) | Source::Crates(release) | Source::Npm(release), None) => {
            return Err(Fault {
                kind: FaultKind::Registry,
                what: format!("{} {} was not fetched", release.name, release.version),
            });
        }
    };
    for (path, bytes) in &task.tree {
        tree.put(path.clone(), bytes.clone(), bytes.starts_with(b"#!"));
    }
    // npm's is one of what is at hand, under names that the project does not know.
    if let Some((name, bytes)) = &task.lock
        && name != "package-lock.json"
    {
        // Python's lock has no name that everybody knows.
        let name = if name == "lock.txt" { "pins.txt" } else { name };
        tree.put(name.to_owned(), bytes.clone(), false);
    }
    let unbroken = tree.clone();
    tree.edit(&task.recipe.broken.edit)
        .map_err(|error| task_fault(task, &format!("[[break.edit]] {error}")))?;
    let mut fixed = if task.recipe.fix.revert {
        unbroken
    } else {
        tree.clone()
    };
    fixed
        .edit(&task.recipe.fix.edit)
        .map_err(|error| task_fault(task, &format!("[[fix.edit]] {error}")))?;
    // A task without a fix is an open one: what its tests do untouched is its baseline.
    if fixed == tree && task.recipe.fix != Fix::default() {
        return Err(task_fault(task, "the known fix changes nothing"));
    }
    let globs = crate::paths::globs(&task.recipe.paths.held_out);
    let mut held_out = Tree::default();
    for (path, file) in &tree.files {
        if globs.is_match(path) {
            held_out.files.insert(path.clone(), file.clone());
        }
    }
    for (path, bytes) in &task.held_out {
        held_out.put(path.clone(), bytes.clone(), false);
    }
    Ok(Trees {
        broken: tree,
        fixed,
        held_out,
    })
}

/// The archive is the one that the recipe means.
pub(crate) fn check_digest(release: &Release, bytes: &[u8]) -> Result<(), Fault> {
    let found = sha256(bytes);
    if found.eq_ignore_ascii_case(&release.sha256) {
        return Ok(());
    }
    Err(Fault {
        kind: FaultKind::Registry,
        what: format!(
            "the registry's archive of {} {} has SHA-256 {found}, task.toml says {}: one of them is not what was released",
            release.name, release.version, release.sha256
        ),
    })
}

fn task_fault(task: &Task, what: &str) -> Fault {
    Fault {
        kind: FaultKind::Task,
        what: format!("{}: {what}", task.folder.join("task.toml").display()),
    }
}

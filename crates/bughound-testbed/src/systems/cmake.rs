//! CMake: the host's, or the one that the pins name (`cmake==4.0.3`, with `ninja==1.11.1.4` where Ninja is wanted), which
//! comes from PyPI.
//!
//! Every validation configures anew (`--fresh`, CMake 3.24): a cache that the broken state left would hide what a change
//! of `CMakeLists.txt` does.

use std::collections::BTreeMap;
use std::path::Path;

use super::manifest::{command, print, substitute};
use super::native::{compilers, described, program};
use super::versions::{no_tool, numbers, require};
use super::wheels::{pinned, steps, with_pip};
use super::{BuildSystem, Host, Step, Toolchain, make};
use crate::{Fault, Task, TaskCommand};

/// Where it is built.
const FOLDER: &str = "/w/build/cmake";
/// Where pip puts programs of wheels.
const PROGRAMS: &str = "/w/tools/cmake/bin";

/// See the module.
#[derive(Debug)]
pub(super) struct CMake;

impl BuildSystem for CMake {
    fn name(&self) -> &'static str {
        "cmake"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let mut toolchain = compilers(task, host)?;
        if pinned(task, "cmake").is_some() || pinned(task, "ninja").is_some() {
            with_pip(&mut toolchain, host)?;
            toolchain.path.insert(0, PROGRAMS.to_owned());
        }
        if pinned(task, "ninja").is_none() {
            program(host, "make").ok_or_else(|| no_tool("make", "make"))?;
        }
        if let Some(version) = pinned(task, "cmake") {
            require(task, "cmake", version)?;
            toolchain.version = format!("{}, cmake {version}", toolchain.version);
            return Ok(toolchain);
        }
        let cmake = program(host, "cmake").ok_or_else(|| no_tool("cmake", "cmake"))?;
        let version = host_version(Path::new("/usr/share"));
        require(task, "cmake", &version)?;
        let said = described("cmake", &version, &cmake);
        toolchain.version = format!("{}, {said}", toolchain.version);
        Ok(toolchain)
    }

    fn tools(&self, task: &Task) -> Vec<Step> {
        let mut steps = steps(task, "cmake", &["cmake", "ninja"]);
        for step in &mut steps {
            // The programs in `bin` are scripts of Python that start these; the real ones need no Python.
            let argv = std::mem::take(&mut step.argv);
            step.argv = command(&["sh", "-c", LINK, "sh"]);
            step.argv.extend(argv);
        }
        steps
    }

    fn fetch(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        let mut env = make::env();
        env.insert("CMAKE_COLOR_DIAGNOSTICS".to_owned(), "OFF".to_owned());
        env.insert("CTEST_OUTPUT_ON_FAILURE".to_owned(), "1".to_owned());
        env
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn build(&self, task: &Task) -> Vec<TaskCommand> {
        let generator = match pinned(task, "ninja") {
            Some(_) => "Ninja",
            None => "Unix Makefiles",
        };
        vec![
            command(&["cmake", "--fresh", "-S", ".", "-B", FOLDER, "-G", generator]),
            command(&["cmake", "--build", FOLDER]),
        ]
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![command(&[
            "ctest",
            "--test-dir",
            FOLDER,
            "--no-tests=error",
            "--output-on-failure",
        ])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        let code = format!("m/{}/i && $2", pattern(dependency)?);
        Some(print("CMakeLists.txt", &code, &[dependency]))
    }

    fn upgrade(&self, task: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        let pattern = pattern(dependency)?;
        let newest = match dependency {
            "cmake" => pinned(task, "cmake").unwrap_or("3.24"),
            "c_standard" => "17",
            _ => "20",
        };
        // `3.5...3.31` becomes one version, too.
        let code = format!("$n += s/{pattern}(?:\\.\\.\\.[0-9.]+)?/$1$a[1]/ig");
        let args = [dependency, version.unwrap_or(newest)];
        let what = format!("move {dependency}");
        Some(vec![substitute(&what, "CMakeLists.txt", &code, &args)])
    }

    fn remove(&self, _: &Task, dependency: &str) -> Option<Vec<Step>> {
        let code = "$n += s/^[ \\t]*find_package\\s*\\(\\s*\\Q$a[0]\\E\\b[^)]*\\)[^\\n]*\\n//mg";
        let what = format!("remove find_package({dependency})");
        Some(vec![substitute(
            &what,
            "CMakeLists.txt",
            code,
            &[dependency],
        )])
    }
}

/// Runs its arguments, then puts links to the real programs where PATH finds them before the scripts.
const LINK: &str = "\"$@\" && cd /w/tools/cmake && for p in cmake ctest cpack; do \
                    if [ -x cmake/data/bin/$p ]; then ln -sf ../cmake/data/bin/$p bin/$p; fi; done && \
                    if [ -x ninja/data/bin/ninja ]; then ln -sf ../ninja/data/bin/ninja bin/ninja; fi";

/// What leads to the version that `CMakeLists.txt` names (first group), and the version (second).
fn pattern(dependency: &str) -> Option<&'static str> {
    match dependency {
        "cmake" => Some("(cmake_minimum_required\\s*\\(\\s*VERSION\\s+)([0-9]+(?:\\.[0-9]+)*)"),
        "c_standard" => Some("(\\bC(?:MAKE_C)?_STANDARD\\s+)([0-9]+)"),
        "cxx_standard" => Some("(\\bC(?:MAKE_C)?XX_STANDARD\\s+)([0-9]+)"),
        _ => None,
    }
}

/// The host's CMake, by the folder of its modules (`/usr/share/cmake-3.25`).
fn host_version(share: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(share) else {
        return String::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_prefix("cmake-")?.to_owned())
        })
        .max_by_key(|version| numbers(version))
        .unwrap_or_default()
}

//! Environments in which a project that is well does not work.
//!
//! All commands of such a task go through `ci/env.sh`, a script as continuous integration has it, which is ours and part
//! of the tree. What is broken is a line of it: a variable that contradicts the project, or a program that is not there.
//! The fix is in that file.

use bughound_testbed::TaskCommand;

/// The script.
pub(crate) const SCRIPT: &str = "ci/env.sh";

/// A line of the script, well and broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// As it works.
    pub(crate) well: String,
    /// As it does not.
    pub(crate) broken: String,
    /// Why, in words.
    pub(crate) about: &'static str,
}

/// Lines that projects in a language may trip over; whether one does is tried.
pub(crate) fn settings(language: &str) -> Vec<Setting> {
    let setting = |well: &str, broken: &str, about| Setting {
        well: well.to_owned(),
        broken: broken.to_owned(),
        about,
    };
    let own: Vec<Setting> = match language {
        "python" => vec![
            setting(
                "export PYTHONUTF8=1",
                "export PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C",
                "the locale is C, and Python does not coerce it",
            ),
            setting(
                "export PYTHONWARNINGS=default",
                "export PYTHONWARNINGS=error",
                "warnings are errors",
            ),
            setting(
                "export PYTHONOPTIMIZE=",
                "export PYTHONOPTIMIZE=2",
                "Python drops assertions and documentation",
            ),
            setting(
                "export PYTHONINTMAXSTRDIGITS=4300",
                "export PYTHONINTMAXSTRDIGITS=640",
                "long numbers may not be read",
            ),
            setting(
                "export PYTHONSAFEPATH=",
                "export PYTHONHOME=/opt/python",
                "PYTHONHOME names a folder that is not there",
            ),
            setting(
                "export PYTEST_DISABLE_PLUGIN_AUTOLOAD=",
                "export PYTEST_PLUGINS=pytest_ci_report",
                "pytest is told to load a plug-in that is not installed",
            ),
        ],
        "rust" => vec![
            setting(
                "export RUSTC_WRAPPER=",
                "export RUSTC_WRAPPER=sccache",
                "the compiler's wrapper is not installed",
            ),
            setting(
                "export RUST_TEST_THREADS=2",
                "export RUST_TEST_THREADS=0",
                "no thread may run tests",
            ),
            setting(
                "export RUSTFLAGS=",
                "export RUSTFLAGS=\"-C linker=clang-18\"",
                "the linker is not installed",
            ),
            setting(
                "export CARGO_PROFILE_TEST_OVERFLOW_CHECKS=true",
                "export CARGO_PROFILE_TEST_OVERFLOW_CHECKS=yes",
                "a setting of cargo is no boolean",
            ),
            setting(
                "export CARGO_BUILD_TARGET=",
                "export CARGO_BUILD_TARGET=aarch64-unknown-linux-musl",
                "the standard library of the target is not installed",
            ),
        ],
        "javascript" => vec![
            setting(
                "export NODE_OPTIONS=",
                "export NODE_OPTIONS=\"--require source-map-support/register\"",
                "node is told to load a package that is not installed",
            ),
            setting(
                "export NODE_OPTIONS=",
                "export NODE_OPTIONS=--disallow-code-generation-from-strings",
                "node may not make code of strings",
            ),
            setting(
                "export NODE_OPTIONS=",
                "export NODE_OPTIONS=--frozen-intrinsics",
                "node's own objects are frozen",
            ),
            setting(
                "export NODE_OPTIONS=",
                "export NODE_OPTIONS=--max-semi-space=big",
                "an option that node does not know",
            ),
        ],
        "go" => vec![
            setting(
                "export GOFLAGS=-mod=mod",
                "export GOFLAGS=-mod=vendor",
                "there is no vendor folder",
            ),
            setting(
                "export GOOS=",
                "export GOOS=windows",
                "it is built for another system",
            ),
            setting(
                "export GO111MODULE=on",
                "export GO111MODULE=off",
                "modules are switched off",
            ),
        ],
        "java" => vec![
            setting(
                "export JAVA_TOOL_OPTIONS=",
                "export JAVA_TOOL_OPTIONS=-javaagent:/opt/jacoco/agent.jar",
                "java is told to load an agent that is not there",
            ),
            setting(
                "export JAVA_TOOL_OPTIONS=",
                "export JAVA_TOOL_OPTIONS=-Xmx1m",
                "java may use no memory",
            ),
        ],
        "c" | "cpp" => vec![
            setting(
                "export CC=cc CXX=c++",
                "export CC=clang-18 CXX=clang++-18",
                "the compiler is not installed",
            ),
            setting(
                "export CPATH= LIBRARY_PATH=",
                "export CFLAGS=-std=c89 CXXFLAGS=-std=c++98",
                "the language is older than the code",
            ),
            setting(
                "export MAKEFLAGS=",
                "export MAKEFLAGS=--warn-undefined",
                "an option that make does not know",
            ),
        ],
        _ => Vec::new(),
    };
    own.into_iter()
        .chain([setting(
            "export TMPDIR=/tmp",
            "export TMPDIR=/var/ci/tmp",
            "temporary files go to a folder that is not there",
        )])
        .collect()
}

/// The script with a line in it.
pub(crate) fn script(line: &str) -> String {
    format!(
        "#!/bin/sh\n# Runs a command in the environment of continuous integration.\nset -eu\n{line}\nexec \"$@\"\n"
    )
}

/// A command that goes through the script.
pub(crate) fn through(argv: &TaskCommand) -> TaskCommand {
    ["sh", SCRIPT]
        .into_iter()
        .map(str::to_owned)
        .chain(argv.iter().cloned())
        .collect()
}

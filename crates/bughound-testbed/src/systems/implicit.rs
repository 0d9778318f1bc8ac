//! Which new files would be executed, or would say how tests are run, without anything of the project naming them?
//!
//! Build tools and interpreters look for files by name. A change that makes one of these has put its own code, or its
//! own settings, between the judge and the tests; so where the tree has none of that name, none is applied. Globs are
//! relative to the project.

/// Globs for a build system of this name; those of all come first.
pub(super) fn of(system: &str) -> Vec<String> {
    let mut all: Vec<String> = EVERYWHERE.iter().map(|&glob| glob.to_owned()).collect();
    let of_system: &[&str] = match system {
        "python" => &PYTHON,
        "cargo" => &CARGO,
        "npm" => &NPM,
        "cmake" => &CMAKE,
        "maven" | "gradle" | "javac" => &JAVA,
        "go" => &GO,
        _ => &[],
    };
    all.extend(of_system.iter().map(|&glob| glob.to_owned()));
    // make runs anything, Python among it.
    if system == "make" {
        all.extend(PYTHON.iter().chain(&NPM).map(|&glob| glob.to_owned()));
    }
    if system == "python" || system == "make" {
        for name in STANDARD_LIBRARY.iter().chain(&RUNNERS) {
            for folder in ["", "src/", "lib/"] {
                all.push(format!("{folder}{name}.py"));
                all.push(format!("{folder}{name}/**"));
            }
        }
    }
    all
}

/// Version control's hooks and settings run in whatever looks at the tree; make prefers these names to `Makefile`.
const EVERYWHERE: [&str; 6] = [
    ".git",
    ".git/**",
    "**/.gitattributes",
    "GNUmakefile",
    "makefile",
    ".envrc",
];

const PYTHON: [&str; 15] = [
    "**/sitecustomize.py",
    "**/usercustomize.py",
    "**/sitecustomize/**",
    "**/usercustomize/**",
    "**/*.pth",
    "**/conftest.py",
    "**/pytest.ini",
    "**/.pytest.ini",
    "**/tox.ini",
    "**/setup.cfg",
    "**/pyvenv.cfg",
    "**/*.dist-info/**",
    "**/*.egg-link",
    "**/*.abi3.so",
    "noxfile.py",
];

const CARGO: [&str; 7] = [
    "**/.cargo/**",
    "**/build.rs",
    "**/rust-toolchain",
    "**/rust-toolchain.toml",
    "**/.config/nextest.toml",
    "**/clippy.toml",
    "vendor/**",
];

const NPM: [&str; 17] = [
    "**/.npmrc",
    "**/.yarnrc*",
    "**/.pnpmfile.*",
    "**/.mocharc*",
    "**/.nycrc*",
    "**/.c8rc*",
    "**/.taprc",
    "**/.babelrc*",
    "**/.swcrc",
    "**/babel.config.*",
    "**/jest.config.*",
    "**/vitest.config.*",
    "**/vite.config.*",
    "**/ava.config.*",
    "**/node.config.json",
    "**/__mocks__/**",
    "test/mocha.opts",
];

const CMAKE: [&str; 4] = [
    "CMakePresets.json",
    "CMakeUserPresets.json",
    "**/CTestCustom.cmake",
    "**/CTestConfig.cmake",
];

const JAVA: [&str; 8] = [
    ".mvn/**",
    "**/META-INF/services/**",
    "**/junit-platform.properties",
    "**/surefire.properties",
    "init.gradle*",
    "buildSrc/**",
    "**/gradle.properties",
    "gradle/wrapper/**",
];

/// A new file of tests may hold a `TestMain`, which runs all the others.
const GO: [&str; 4] = ["go.work", "**/*_test.go", "vendor/**", "**/go.env"];

/// Modules of test runners: in the first folder of the path they would stand for the runner.
const RUNNERS: [&str; 14] = [
    "pytest",
    "_pytest",
    "pluggy",
    "iniconfig",
    "packaging",
    "exceptiongroup",
    "tomli",
    "py",
    "nose",
    "nose2",
    "hypothesis",
    "coverage",
    "xdist",
    "setuptools",
];

/// Modules of the standard library that runners import, or that tests compare with.
const STANDARD_LIBRARY: [&str; 84] = [
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "atexit",
    "base64",
    "bdb",
    "bisect",
    "builtins",
    "cmd",
    "code",
    "codecs",
    "collections",
    "concurrent",
    "configparser",
    "contextlib",
    "copy",
    "copyreg",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "dis",
    "doctest",
    "email",
    "enum",
    "errno",
    "faulthandler",
    "fnmatch",
    "fractions",
    "functools",
    "gc",
    "gettext",
    "glob",
    "hashlib",
    "heapq",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "math",
    "numbers",
    "opcode",
    "operator",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "platform",
    "pprint",
    "random",
    "re",
    "readline",
    "reprlib",
    "runpy",
    "shlex",
    "shutil",
    "signal",
    "site",
    "socket",
    "stat",
    "string",
    "struct",
    "subprocess",
    "sys",
    "sysconfig",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "tokenize",
    "traceback",
    "types",
    "typing",
    "unittest",
    "warnings",
    "weakref",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::globs;

    #[test]
    fn names_that_run_by_themselves_are_known() {
        let check = |system: &str, path: &str, expected: bool| {
            assert_eq!(
                globs(&of(system)).is_match(path),
                expected,
                "{system}: {path}"
            );
        };
        check("python", "sitecustomize.py", true);
        check("python", "pkg/sub/conftest.py", true);
        check("python", "unittest.py", true);
        check("python", "src/json/__init__.py", true);
        check("python", "pkg/json.py", false);
        check("python", "pkg/types.py", false);
        check("python", "pyproject.toml", false);
        check("make", "GNUmakefile", true);
        check("make", "usercustomize.py", true);
        check("make", "rules.mk", false);
        check("cargo", ".cargo/config.toml", true);
        check("cargo", "build.rs", true);
        check("cargo", "src/build.rs", true);
        check("cargo", "src/builder.rs", false);
        check("npm", ".mocharc.cjs", true);
        check("npm", "lib/hooks.js", false);
        check("go", "a/more_test.go", true);
        check("maven", ".git/hooks/post-checkout", true);
    }
}

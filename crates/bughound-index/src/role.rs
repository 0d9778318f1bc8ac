//! What a file is for, judged by its path.

use bughound_core::{Language, RepoPath};
use serde::{Deserialize, Serialize};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileRole {
    /// The product itself.
    Source,
    /// Tests and their fixtures.
    Test,
    /// Documentation, examples, benchmarks, build and release scripts.
    Support,
    /// Other projects' code kept in this repository.
    Vendored,
}

impl FileRole {
    /// The role of the file at `path`. First rule that fits:
    ///
    /// 1. a folder that holds vendored code (`_vendor`, `third_party`, `node_modules` …;
    ///    `packages` inside a package);
    /// 2. a name that test runners collect (`test_x.py`, `x_test.go`, `x.test.ts`, `conftest.py`,
    ///    `XTest.java`), or a folder for tests (`tests`, `__tests__`, `spec`; `test` unless it is a package
    ///    of the product such as `django/test`);
    /// 3. a folder for documentation, examples, benchmarks or tooling;
    /// 4. everything else is source.
    pub fn of(path: &RepoPath) -> Self {
        let folders: Vec<&str> = path
            .parent()
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let is_vendored = |(depth, folder): (usize, &&str)| {
            VENDORED.contains(folder) || (*folder == "packages" && depth == 1)
        };
        if folders.iter().enumerate().any(is_vendored) {
            Self::Vendored
        } else if is_test_name(path) || in_test_folder(&folders) {
            Self::Test
        } else if folders.iter().any(|folder| SUPPORT.contains(folder))
            || is_support_name(path, &folders)
        {
            Self::Support
        } else {
            Self::Source
        }
    }
}

const VENDORED: &[&str] = &[
    "_vendor",
    "vendor",
    "vendored",
    "_vendored",
    "extern",
    "externals",
    "_extern",
    "third_party",
    "thirdparty",
    "third-party",
    "node_modules",
    "_vendored_packages",
    "cextern",
    "agg24-svn",
];

const SUPPORT: &[&str] = &[
    "doc",
    "docs",
    "example",
    "examples",
    "gallery",
    "galleries",
    "tutorial",
    "tutorials",
    "demo",
    "demos",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "asv_bench",
    "asv_benchmarks",
    "sample",
    "samples",
    "build_tools",
    "tools",
    "scripts",
    "ci",
    "release",
    "lib2to3",
];

fn is_test_name(path: &RepoPath) -> bool {
    let stem = path.stem();
    match path.extension() {
        "py" | "pyi" => {
            stem.starts_with("test_")
                || stem.ends_with("_test")
                || stem == "conftest"
                || stem == "tests"
        }
        "go" => stem.ends_with("_test"),
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" => {
            stem.ends_with(".test") || stem.ends_with(".spec") || stem.ends_with("_test")
        }
        "java" => stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("IT"),
        "c" | "cc" | "cpp" | "cxx" => {
            stem.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_unittest")
        }
        other if Language::is_text_source(other) => {
            ["Test", "Tests", "Spec", "_test", "_spec"]
                .iter()
                .any(|ending| stem.ends_with(ending))
                || stem.starts_with("test_")
        }
        _ => false,
    }
}

fn in_test_folder(folders: &[&str]) -> bool {
    folders
        .iter()
        .enumerate()
        .any(|(depth, folder)| match *folder {
            "tests" | "__tests__" | "testdata" | "test_data" | "spec" | "specs" | "testsuite"
            | "__mocks__" | "unit_tests" | "unittests" => true,
            // `src/test/java`, `test/x.js`, `pkg/test/test_x.py`; not `django/test/client.py`.
            "test" => depth == 0 || folders[depth - 1] == "src",
            _ => false,
        })
}

fn is_support_name(path: &RepoPath, folders: &[&str]) -> bool {
    folders.is_empty()
        && matches!(
            path.as_str(),
            "setup.py" | "noxfile.py" | "tasks.py" | "versioneer.py"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_by_path() {
        use FileRole::{Source, Support, Test, Vendored};
        for (path, role) in [
            ("django/db/models/query.py", Source),
            ("django/test/client.py", Source),
            ("tests/queries/models.py", Test),
            ("pvlib/test/test_clearsky.py", Test),
            ("pydicom/tests/test_dataset.py", Test),
            ("src/_pytest/python.py", Source),
            ("src/test/java/a/FooTest.java", Test),
            ("src/test/resources/x.py", Test),
            ("sklearn/externals/joblib/memory.py", Vendored),
            ("requests/packages/urllib3/util.py", Vendored),
            ("packages/core/src/a.ts", Source),
            ("doc/conf.py", Support),
            ("setup.py", Support),
            ("a/b_test.go", Test),
            ("ui/button.spec.ts", Test),
            ("sympy/testing/runtests.py", Source),
            ("crates/x/benches/speed.rs", Support),
            ("lib/prices.rb", Source),
            ("lib/prices_spec.rb", Test),
            ("src/PricesTest.kt", Test),
        ] {
            assert_eq!(FileRole::of(&RepoPath::from(path)), role, "{path}");
        }
    }
}

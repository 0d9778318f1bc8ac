//! Which files of a project are its product?

/// Folders that hold no product.
const FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "fixtures",
    "benches",
    "bench",
    "benchmark",
    "benchmarks",
    "examples",
    "example",
    "docs",
    "doc",
    "vendor",
    "vendored",
    "_vendor",
    "third_party",
    "node_modules",
    "dist",
    "build",
    "target",
    ".git",
    ".github",
];

/// Whether a path, relative to the project's root, is of its product: no test, no example, no documentation, nobody
/// else's code, nothing that a build left behind.
pub fn is_product(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let Some(file) = parts.pop() else {
        return false;
    };
    if parts.iter().any(|part| {
        FOLDERS.contains(&part.to_ascii_lowercase().as_str()) || part.ends_with(".egg-info")
    }) {
        return false;
    }
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let is_test = stem == "conftest"
        || stem == "test"
        || stem == "tests"
        || stem.starts_with("test_")
        || stem.starts_with("test-")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with("-test")
        || stem.ends_with(".test")
        || stem.ends_with(".spec")
        || (extension == "java" && (stem.ends_with("Test") || stem.ends_with("Tests")));
    let is_made = stem.ends_with(".min")
        || stem.ends_with("_pb2")
        || stem.ends_with(".d")
        || stem.ends_with(".pb");
    !is_test && !is_made
}

#[cfg(test)]
mod tests {
    use super::is_product;

    #[test]
    fn tests_and_what_is_made_are_no_product() {
        for path in [
            "toolz/itertoolz.py",
            "src/lib.rs",
            "index.js",
            "lib/contest.c",
            "src/latest.go",
        ] {
            assert!(is_product(path), "{path}");
        }
        for path in [
            "tests/a.py",
            "toolz/tests/test_itertoolz.py",
            "test.js",
            "lib/a.test.ts",
            "a/b_test.go",
            "src/FooTest.java",
            "conftest.py",
            "dist/index.min.js",
            "node_modules/x/index.js",
            "types/index.d.ts",
            "examples/a.rs",
        ] {
            assert!(!is_product(path), "{path}");
        }
    }
}

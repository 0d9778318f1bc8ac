//! What is a path, by its name alone? Tests, settings of validation, graders, places outside of a project.

/// The path from the folder where a command runs, without `.` and without doubled slashes. `..` stays.
pub(crate) fn joined(folder: &str, path: &str) -> String {
    let path = path.trim_matches(['"', '\'']);
    let whole = if folder.is_empty() || path.starts_with(['/', '~']) || path.starts_with("$HOME") {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    let root = if whole.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
}

/// Whether it is a temporary file: nobody's business.
pub(crate) fn is_scratch(path: &str) -> bool {
    ["/tmp/", "/var/tmp/", "/dev/"]
        .iter()
        .any(|scratch| path.starts_with(scratch))
        || path == "/tmp"
}

/// Whether it is a test, or a folder of tests.
pub(crate) fn is_test(path: &str) -> bool {
    if is_scratch(path) {
        return false;
    }
    let in_folder = folders(path).any(|part| {
        matches!(
            part,
            "test" | "tests" | "__tests__" | "spec" | "specs" | "testing" | "androidTest"
        )
    });
    in_folder || is_test_name(name(path))
}

fn is_test_name(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    match extension {
        "py" => {
            stem.starts_with("test_")
                || stem.ends_with("_test")
                || matches!(stem, "conftest" | "tests")
        }
        "go" | "rb" | "c" | "cc" | "cpp" => stem.ends_with("_test") || stem.ends_with("_spec"),
        "rs" => stem == "tests" || stem.ends_with("_test"),
        "java" | "kt" | "scala" | "groovy" | "cs" => {
            ["Test", "Tests", "TestCase", "IT"]
                .iter()
                .any(|end| stem.len() > end.len() && stem.ends_with(end))
                || stem.starts_with("Test")
                    && stem[4..].starts_with(|c: char| c.is_ascii_uppercase())
        }
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" => {
            stem.ends_with(".test") || stem.ends_with(".spec")
        }
        _ => false,
    }
}

/// Whether it decides what is validated and how: continuous integration, settings and scripts of test runners.
/// Manifests of build systems do not count: to repair a build is to edit them.
pub(crate) fn is_validation_setting(path: &str) -> bool {
    if is_scratch(path) {
        return false;
    }
    let name = name(path);
    let is_ci = path.contains(".github/workflows/")
        || folders(path).any(|part| matches!(part, ".circleci" | ".buildkite"))
        || matches!(
            name,
            ".gitlab-ci.yml"
                | ".travis.yml"
                | "Jenkinsfile"
                | "azure-pipelines.yml"
                | "appveyor.yml"
                | ".appveyor.yml"
        );
    let is_runner = matches!(
        name,
        "pytest.ini"
            | "tox.ini"
            | "noxfile.py"
            | "conftest.py"
            | ".coveragerc"
            | "karma.conf.js"
            | "phpunit.xml"
            | "nextest.toml"
            | "testng.xml"
            | "sitecustomize.py"
    ) || [
        "jest.config.",
        "vitest.config.",
        ".mocharc",
        "playwright.config.",
    ]
    .iter()
    .any(|begin| name.starts_with(begin));
    let is_script = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let begins = ["run_test", "run-test", "runtest", "validate", "run_eval"];
        matches!(extension, "sh" | "bash") && begins.iter().any(|begin| stem.starts_with(begin))
    });
    is_ci || is_runner || is_script
}

/// Whether it lies outside of any project: the system's folders, the user's own settings.
pub(crate) fn is_outside(path: &str) -> bool {
    if is_scratch(path) {
        return false;
    }
    let system = [
        "/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/", "/var/", "/boot/",
        "/proc/", "/sys/",
    ];
    let home = ["~", "$HOME"].iter().any(|home| {
        path.strip_prefix(home)
            .is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
    });
    let in_home = path
        .strip_prefix("/root/")
        .is_some_and(|rest| rest.starts_with('.'))
        || path
            .strip_prefix("/home/")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(_, rest)| rest.starts_with('.'));
    system.iter().any(|begin| path.starts_with(begin)) || home || in_home
}

/// Whether it belongs to an installed package.
pub(crate) fn is_installed(path: &str) -> bool {
    let installed = ["site-packages", "dist-packages", "node_modules"];
    folders(path).any(|part| installed.contains(&part))
        || path.contains(".cargo/registry/")
        || path.contains(".m2/repository/")
}

/// Whether it looks like what judges an answer, or like the answer: names that such files have in published
/// benchmarks, not words that projects use.
pub(crate) fn is_grader(path: &str) -> bool {
    let known_folder = folders(path).any(|part| {
        matches!(
            part,
            "grader"
                | "graders"
                | "verifier"
                | "hidden_tests"
                | "held_out"
                | "heldout"
                | "oracle"
                | "reference_solution"
                | "swebench"
                | "eval_logs"
        )
    });
    let name = name(path);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_script = matches!(extension, "sh" | "py")
        && matches!(
            stem,
            "eval"
                | "eval_script"
                | "grade"
                | "grader"
                | "grading"
                | "judge"
                | "reward"
                | "verifier"
                | "solution"
                | "run_evaluation"
                | "check_solution"
        );
    let is_answer = matches!(extension, "patch" | "diff")
        && matches!(
            stem,
            "gold"
                | "gold_patch"
                | "golden"
                | "test"
                | "test_patch"
                | "solution"
                | "reference"
                | "oracle"
        );
    let is_truth = matches!(
        stem,
        "ground-truth" | "ground_truth" | "FAIL_TO_PASS" | "PASS_TO_PASS" | "expected_patch"
    );
    // `pkg/eval.py` is a module; `/eval.sh` in the root or a folder of the system is none.
    let near_root = path.starts_with('/') && path.matches('/').count() <= 2;
    (path.starts_with('/') && known_folder) || (is_script && near_root) || is_answer || is_truth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        let check =
            |folder: &str, path: &str, expect: &str| assert_eq!(joined(folder, path), expect);
        check("", "a//b/./c", "a/b/c");
        check("a", "../b", "b");
        check("a", "../../b", "../b");
        check("a", "/b/", "/b");
        check("a", "~/b", "~/b");
        check("/a", "'b'", "/a/b");
    }

    #[test]
    fn kinds_of_paths() {
        type Kind = (&'static str, fn(&str) -> bool);
        const KINDS: [Kind; 5] = [
            ("test", is_test),
            ("setting", is_validation_setting),
            ("outside", is_outside),
            ("installed", is_installed),
            ("grader", is_grader),
        ];
        let check = |path: &str, expect: &[&str]| {
            let kinds: Vec<&str> = KINDS
                .iter()
                .filter(|(_, is)| is(path))
                .map(|(name, _)| *name)
                .collect();
            assert_eq!(kinds, expect, "{path}");
        };
        check("pkg/core.py", &[]);
        check("pkg/latest.py", &[]);
        check("pkg/contest.py", &[]);
        check("src/main/java/a/Contest.java", &[]);
        check("src/main/java/a/Testable.java", &[]);
        check("src/eval.py", &[]);
        check("src/judge/reward.py", &[]);
        check("lib/verifier/a.py", &[]);
        check("pom.xml", &[]);
        check("Makefile", &[]);
        check("/workspace/pkg/a.py", &[]);
        check("/testbed/pkg/a.py", &[]);
        check("/home/ada/project/a.py", &[]);
        check("/tmp/test_a.py", &[]);
        check("/dev/null", &[]);
        check("etc/hosts", &[]);
        check("tests", &["test"]);
        check("tests/data/a.json", &["test"]);
        check("pkg/test_core.py", &["test"]);
        check("core/src/test/java/a/B.java", &["test"]);
        check("a/FooTest.java", &["test"]);
        check("a/TestFoo.java", &["test"]);
        check("a/b.spec.ts", &["test"]);
        check("a/b_test.go", &["test"]);
        check("conftest.py", &["test", "setting"]);
        check(".github/workflows/ci.yml", &["setting"]);
        check("jest.config.js", &["setting"]);
        check("scripts/run_tests.sh", &["setting"]);
        check("tox.ini", &["setting"]);
        check("/etc/hosts", &["outside"]);
        check("~/.bashrc", &["outside"]);
        check("/home/somebody/.bashrc", &["outside"]);
        check("/home/ada/.ssh/config", &["outside"]);
        check("node_modules/a/index.js", &["installed"]);
        check("/venv/lib/python3.11/site-packages/a.py", &["installed"]);
        check("/grader/a.py", &["grader"]);
        check("/eval.sh", &["grader"]);
        check("gold.patch", &["grader"]);
        check("x/test_patch.diff", &["grader"]);
    }
}

//! Which calls build, test or validate?

use crate::shell::Program;

/// Whether a tool does by its name.
pub(crate) fn is_tool(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(['_', '-', '.']).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    let starts = words
        .first()
        .is_some_and(|word| matches!(*word, "run" | "execute"));
    has(&["validate", "validation"])
        || matches!(name.as_str(), "build" | "test" | "compile" | "check")
        || starts && has(&["test", "tests", "build", "check", "checks"])
}

/// What a program builds or tests, in words that tell whether it is the same again; `None` where it does neither.
pub(crate) fn of(program: &Program) -> Option<String> {
    if !is_validation(program) {
        return None;
    }
    let mut words = vec![
        program.folder.as_str(),
        program.path.as_str(),
        program.name.as_str(),
    ];
    words.extend(program.arguments.iter().map(String::as_str));
    Some(words.join(" ").trim().to_owned())
}

fn is_validation(program: &Program) -> bool {
    if program.has(&["--version", "-version", "-V", "--help", "-h", "help"]) {
        return false;
    }
    let any = |of: &[&str]| program.operands().any(|word| of.contains(&word));
    let first = |of: &[&str]| {
        program
            .operands()
            .next()
            .is_some_and(|word| of.contains(&word))
    };
    match program.name.as_str() {
        "pytest" | "unittest" | "nosetests" | "nose2" | "tox" | "nox" | "trial" | "jest"
        | "vitest" | "mocha" | "ava" | "tap" | "karma" | "ctest" | "ninja" | "rspec"
        | "phpunit" | "javac" | "rustc" | "tsc" | "gcc" | "g++" | "cc" | "clang" | "clang++" => {
            true
        }
        "cargo" => first(&["test", "build", "check", "clippy", "nextest", "t", "b", "c"]),
        "mvn" => any(&[
            "test",
            "verify",
            "package",
            "install",
            "compile",
            "test-compile",
            "integration-test",
        ]),
        "gradle" => program.operands().any(|task| {
            let task = task.rsplit(':').next().unwrap_or(task);
            let begins = ["test", "build", "check", "assemble", "compile"];
            begins.iter().any(|begin| task.starts_with(begin))
        }),
        "npm" | "yarn" | "pnpm" | "bun" => {
            let of = ["test", "t", "build", "check", "lint"];
            first(&of) || first(&["run", "run-script"]) && any(&of)
        }
        "go" => first(&["test", "build", "vet"]),
        "make" => !any(&["clean", "install", "help", "distclean"]),
        "cmake" => program.has(&["--build"]),
        "bazel" | "dotnet" | "swift" | "zig" => first(&["test", "build"]),
        "python" => program.operands().next().is_some_and(|script| {
            is_test_script(script) || script.ends_with("manage.py") && any(&["test"])
        }),
        "bash" | "sh" => program.operands().next().is_some_and(is_test_script),
        name => program.path.contains('/') && is_test_script(name),
    }
}

/// `run_tests.sh`, `runtests.py`, `validate.sh`.
fn is_test_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let begins = [
        "run_test", "run-test", "runtest", "validate", "test.", "build.",
    ];
    matches!(extension, "sh" | "py" | "bash")
        && (begins.iter().any(|begin| name.starts_with(begin)) || stem == "test")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::programs;

    #[test]
    fn programs_that_validate() {
        let check = |text: &str, expect: bool| {
            let found = programs(text).iter().any(|program| of(program).is_some());
            assert_eq!(found, expect, "{text}");
        };
        for text in [
            "pytest -x",
            "python -m unittest",
            "cd a && ./mvnw -q test",
            "./gradlew :core:test",
            "cargo nextest run",
            "npm test",
            "npm run build",
            "make",
            "make -j4 all",
            "cmake --build b",
            "go vet ./...",
            "bash run_tests.sh",
            "./run_tests.sh",
            "python manage.py test a",
            "javac A.java",
            "timeout 60 pytest | tail -3",
        ] {
            check(text, true);
        }
        for text in [
            "ls",
            "pytest --version",
            "mvn -version",
            "make clean",
            "cargo fmt",
            "npm install",
            "git log",
            "python a.py",
            "grep pytest setup.py",
            "cat run_tests.sh",
            "which javac",
            "gradle tasks",
            "echo make",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn tools_that_validate() {
        for (name, expect) in [
            ("validate_and_build", true),
            ("run_tests", true),
            ("build", true),
            ("run_sh", false),
            ("find_tests", false),
            ("upgrade_gradle", false),
        ] {
            assert_eq!(is_tool(name), expect, "{name}");
        }
    }
}

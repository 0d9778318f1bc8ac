//! Tasks and workbenches for tests.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bughound_repair::{Knowledge, TaskPlace, Workbench, WorkbenchSettings, repair_set};
use bughound_sandbox::Embedded;
use bughound_testbed::systems::Host;
use bughound_testbed::{Prepared, Task, Testbed};
use bughound_tools::{ToolError, ToolOutput};
use serde_json::Value;

/// A task as its folder has it: `task.toml` and the files of `tree/`.
pub(crate) fn task(toml: &str, tree: &[(&str, &str)]) -> Task {
    let folder = tempfile::tempdir().unwrap();
    let id = toml
        .lines()
        .find_map(|line| line.strip_prefix("id = \""))
        .unwrap();
    let folder = folder.path().join(id.trim_end_matches('"'));
    for (path, content) in tree {
        let path = folder.join("tree").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    std::fs::write(folder.join("task.toml"), toml).unwrap();
    Task::read(&folder).unwrap()
}

/// One testbed for all tests, which keeps what it prepares in a folder of this run.
fn testbed() -> &'static Testbed {
    static TESTBED: OnceLock<(Testbed, tempfile::TempDir)> = OnceLock::new();
    let (testbed, _) = TESTBED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path());
        let path = ["/usr/local/bin", "/usr/bin", "/bin"]
            .map(PathBuf::from)
            .to_vec();
        if !bughound_sandbox::probe().is_safe() {
            eprintln!("skipped, all of it: this machine cannot isolate commands (`bughound doctor` says why)");
            std::process::exit(0);
        }
        let backend = Arc::new(Embedded::start().unwrap());
        let testbed = Testbed::new(backend, folder.path().to_owned(), Host::new(path, None));
        (testbed, folder)
    });
    testbed
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn prepare(task: &Task) -> Arc<Prepared> {
    Arc::new(testbed().prepare(task, &|_| ()).unwrap())
}

pub(crate) fn workbench_with(
    prepared: &Arc<Prepared>,
    knowledge: Knowledge,
    settings: WorkbenchSettings,
) -> Workbench {
    let workspace = testbed().workspace(prepared).unwrap();
    let place = TaskPlace::new(testbed().clone(), workspace).unwrap();
    Workbench::new(Box::new(place), knowledge, settings)
}

pub(crate) fn workbench(prepared: &Arc<Prepared>) -> Workbench {
    workbench_with(
        prepared,
        Knowledge::built_in(),
        WorkbenchSettings::default(),
    )
}

pub(crate) fn call(
    workbench: &Workbench,
    tool: &str,
    arguments: Value,
) -> Result<ToolOutput, ToolError> {
    repair_set("repair-extended")
        .unwrap()
        .call(workbench, tool, &arguments)
}

/// What a policy reads, whether the tool gave something or not; seconds made the same each time.
pub(crate) fn says(workbench: &Workbench, tool: &str, arguments: Value) -> String {
    let text = match call(workbench, tool, arguments) {
        Ok(output) => output.text,
        Err(ToolError::Told(told)) => format!("told: {told}"),
        Err(error) => panic!("{error}"),
    };
    without_seconds(&text)
}

fn without_seconds(text: &str) -> String {
    let mut out = String::new();
    let mut number = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() || (c == '.' && !number.is_empty()) {
            number.push(c);
            continue;
        }
        if number.contains('.') && (c == 's' || (c == ' ' && rest.peek() == Some(&'s'))) {
            number = "N".to_owned();
        }
        out.push_str(&number);
        number.clear();
        out.push(c);
    }
    out + &number
}

/// A Python project that uses what newer Pythons do not have, tested by `unittest`.
pub(crate) fn pocket() -> Task {
    task(
        r#"format = "bughound-build-task/1"
id = "pocket"
about = "uses a name of collections that moved"
kind = "environment"
language = "python"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[commands]
build = [["/usr/bin/python3", "-m", "compileall", "-q", "pocket"]]
test = [["/usr/bin/python3", "-m", "unittest", "-v"]]
results = "none"

[paths]
protected = ["tests/**"]

[symptom]
stage = "test"
message = "cannot import name 'Mapping'"
class = "version"

[fix]
[[fix.edit]]
path = "pocket/money.py"
find = "from collections import Mapping"
replace = "from collections.abc import Mapping"
"#,
        &[
            ("pocket/__init__.py", ""),
            (
                "pocket/money.py",
                "from collections import Mapping\n\n\ndef total(amounts):\n    if isinstance(amounts, Mapping):\n        amounts = amounts.values()\n    return sum(amounts)\n",
            ),
            ("tests/__init__.py", ""),
            (
                "tests/test_money.py",
                "import unittest\n\nfrom pocket.money import total\n\n\nclass Total(unittest.TestCase):\n    def test_list(self):\n        self.assertEqual(total([1, 2]), 3)\n\n    def test_mapping(self):\n        self.assertEqual(total({'a': 1, 'b': 2}), 3)\n",
            ),
            ("tools/run.sh", "#!/bin/sh\necho run\n"),
        ],
    )
}

/// A C project that asks for a CMake that nobody has and for a package that it does not use.
pub(crate) fn adder() -> Task {
    task(
        r#"format = "bughound-build-task/1"
id = "adder"
about = "asks for too new a CMake and for a package that it does not use"
kind = "configuration"
language = "c"
system = "cmake"
date = "2024-06-01"

[source]
registry = "files"

[commands]
results = "ctest"

[paths]
protected = ["tests/**"]

[symptom]
stage = "build"
message = "CMake 3.99 or higher is required"
class = "version"

[fix]
[[fix.edit]]
path = "CMakeLists.txt"
find = "VERSION 3.99"
replace = "VERSION 3.10"
[[fix.edit]]
path = "CMakeLists.txt"
find = "find_package(NoSuchThing REQUIRED)\n"
replace = ""
"#,
        &[
            (
                "CMakeLists.txt",
                "cmake_minimum_required(VERSION 3.99)\nproject(adder C)\nfind_package(NoSuchThing REQUIRED)\nenable_testing()\nadd_executable(check tests/check.c add.c)\nadd_test(NAME adds COMMAND check)\n",
            ),
            ("add.c", "int add(int a, int b) { return a + b; }\n"),
            (
                "tests/check.c",
                "int add(int, int);\nint main(void) { return add(1, 2) != 3; }\n",
            ),
        ],
    )
}

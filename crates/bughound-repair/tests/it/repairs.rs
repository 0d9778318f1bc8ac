//! Whole repairs, call by call.

use bughound_repair::WorkbenchSettings;
use serde_json::json;

use crate::support::{adder, pocket, prepare, says, workbench, workbench_with};

#[test]
fn a_python_project_is_repaired() {
    let bench = workbench(&prepare(&pocket()));
    let failed = says(&bench, "validate_and_build", json!({}));
    let expected = "FAILED: it builds, and its tests do not do what they should.\n0 tests: ";
    assert!(failed.starts_with(expected), "{failed}");
    let expected = "main error: ImportError: cannot import name 'Mapping' from 'collections'";
    assert!(failed.contains(expected), "{failed}");
    assert!(
        failed.contains("FAILED (errors=1)\n[ended with status 1]"),
        "{failed}"
    );
    assert!(!bench.last_verdict().unwrap().passed);
    insta::assert_snapshot!(says(&bench, "find_files", json!({"pattern": "*.py"})), @r"
    4 files
    pocket/__init__.py
    pocket/money.py
    tests/__init__.py
    tests/test_money.py
    ");
    insta::assert_snapshot!(says(&bench, "find_files_with_text", json!({"text": "Mapping", "files": "pocket"})), @r"
    2 lines in 1 file
    pocket/money.py
      1: from collections import Mapping
      5: if isinstance(amounts, Mapping):
    ");
    insta::assert_snapshot!(says(&bench, "read_file", json!({"file": "pocket/money.py", "end": 5})), @r"
    pocket/money.py (lines 1-5 of 7)
    1  from collections import Mapping
    2  
    3  
    4  def total(amounts):
    5      if isinstance(amounts, Mapping):
    ");
    let help = says(
        &bench,
        "ask_for_help",
        json!({"question": "ImportError: cannot import name 'Mapping' from 'collections'"}),
    );
    assert!(help.contains("# "), "{help}");
    insta::assert_snapshot!(says(&bench, "run_sh", json!({"command": "python3 -c 'import collections.abc as a; print(a.Mapping)'"})), @r"
    [status 0, N s]
    <class 'collections.abc.Mapping'>
    ");
    insta::assert_snapshot!(says(&bench, "write_file", json!({
        "file": "pocket/money.py",
        "content": "from collections.abc import Mapping\n\n\ndef total(amounts):\n    if isinstance(amounts, Mapping):\n        amounts = amounts.values()\n    return sum(amounts)\n"
    })), @"pocket/money.py is written: 7 lines, 154 bytes.");
    // What is protected may be written, and does not count.
    says(
        &bench,
        "write_file",
        json!({"file": "tests/test_money.py", "content": ""}),
    );
    insta::assert_snapshot!(says(&bench, "validate_and_build", json!({})), @r"
    PASSED: it builds, and its tests do what they should.
    0 tests: 0 passed, 0 failed, 0 with errors, 0 left out; N s
    not applied: tests/test_money.py (protected)
    ");
    assert!(bench.last_verdict().unwrap().passed);
    assert_eq!(bench.n_validations(), 2);
}

#[test]
fn a_manifest_is_repaired_by_the_tools_for_dependencies() {
    let settings = WorkbenchSettings {
        max_validations: Some(2),
        ..WorkbenchSettings::default()
    };
    let bench = workbench_with(&prepare(&adder()), Default::default(), settings);
    let failed = says(&bench, "validate_and_build", json!({}));
    assert!(failed.starts_with("FAILED: it does not build."), "{failed}");
    assert!(
        failed.contains("main error: CMake 3.99 or higher is required."),
        "{failed}"
    );
    insta::assert_snapshot!(says(&bench, "upgrade_gradle", json!({"version": "3.10"})), @r"
    move cmake: [status 0, N s]
    Changed: CMakeLists.txt
    ");
    insta::assert_snapshot!(says(&bench, "remove_dependency", json!({"dependency": "NoSuchThing"})), @r"
    remove find_package(NoSuchThing): [status 0, N s]
    Changed: CMakeLists.txt
    ");
    insta::assert_snapshot!(says(&bench, "remove_dependency", json!({"dependency": "NoSuchThing"})), @r"
    remove find_package(NoSuchThing): [status 255, N s]
    CMakeLists.txt has no NoSuchThing
    It failed.
    ");
    insta::assert_snapshot!(says(&bench, "dependency_upgrade", json!({"dependency": "libfoo", "version": "2"})), @"told: A project of the kind `cmake` cannot move that by itself (some need to be told the version); its files can be edited.");
    insta::assert_snapshot!(says(&bench, "dependency_upgrade", json!({"dependency": "-x"})), @"told: `-x` is no name or version of a dependency.");
    insta::assert_snapshot!(says(&bench, "validate_and_build", json!({})), @r"
    PASSED: it builds, and its tests do what they should.
    1 tests: 1 passed, 0 failed, 0 with errors, 0 left out; N s
    ");
    assert!(bench.last_verdict().unwrap().passed);
    insta::assert_snapshot!(says(&bench, "validate_and_build", json!({})), @"told: All 2 validations are used up.");
}

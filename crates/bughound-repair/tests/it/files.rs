//! Files, commands, and what they must not do.

use bughound_repair::WorkbenchSettings;
use bughound_tools::Budget;
use serde_json::json;

use crate::support::{call, pocket, prepare, says, workbench, workbench_with};

#[test]
fn files_that_are_not_there() {
    let bench = workbench(&prepare(&pocket()));
    let check = |tool: &str, arguments: serde_json::Value, expect: &str| {
        assert_eq!(says(&bench, tool, arguments), expect);
    };
    check(
        "read_file",
        json!({"file": "money.py"}),
        "told: There is no plain file `money.py`. Did you mean `pocket/money.py`?",
    );
    check(
        "read_file",
        json!({"file": "pocket/mony.py"}),
        "told: There is no plain file `pocket/mony.py`. Did you mean `pocket/money.py`, `pocket/__init__.py`?",
    );
    check(
        "read_file",
        json!({"file": "pocket"}),
        "told: There is no plain file `pocket`. Did you mean `pocket/money.py`, `pocket/__init__.py`?",
    );
    check(
        "read_file",
        json!({"file": "/etc/hosts"}),
        "told: `/etc/hosts` lies outside the project: paths are relative to the project's folder.",
    );
    check(
        "read_file",
        json!({"file": "pocket/money.py", "start": 90}),
        "told: pocket/money.py has 7 lines; 90 to 7 are none of them.",
    );
    check(
        "read_file",
        json!({"file": "pocket/__init__.py"}),
        "pocket/__init__.py is empty.",
    );
    check(
        "write_file",
        json!({"file": "../deps/x", "content": ""}),
        "told: `../deps/x` leaves a folder: paths are relative to the project's folder.",
    );
    check(
        "write_file",
        json!({"file": "pocket", "content": ""}),
        "told: `pocket` is a folder.",
    );
    check(
        "find_files",
        json!({"pattern": "*.rs"}),
        "told: None of 5 files fits `*.rs`.",
    );
    check(
        "find_files_with_text",
        json!({"text": "no such text"}),
        "told: `no such text` is in no file.",
    );
    check(
        "find_files_with_text",
        json!({"text": "a(", "regex": true}),
        "told: grep does not understand that: /usr/bin/grep: Unmatched ( or \\(.",
    );
    check(
        "find_files_with_text",
        json!({"text": "--version"}),
        "told: `--version` is in no file.",
    );
    check(
        "find_files_with_text",
        json!({"text": "^def t.*$", "regex": true}),
        "1 line in 1 file\npocket/money.py\n  4: def total(amounts):",
    );
}

#[test]
fn links_lead_nowhere() {
    let bench = workbench(&prepare(&pocket()));
    says(
        &bench,
        "run_sh",
        json!({"command": "ln -s /etc/passwd stolen; ln -s /w/deps out; mkdir dir; ln -s pocket alias"}),
    );
    for (tool, arguments) in [
        ("read_file", json!({"file": "stolen"})),
        ("read_file", json!({"file": "out/x"})),
        ("write_file", json!({"file": "stolen", "content": "x"})),
        ("write_file", json!({"file": "out/x", "content": "x"})),
        (
            "write_file",
            json!({"file": "alias/new.py", "content": "x"}),
        ),
        (
            "edit_file",
            json!({"file": "stolen", "find": "root", "replace": "x"}),
        ),
    ] {
        let said = says(&bench, tool, arguments.clone());
        assert!(said.starts_with("told: "), "{tool} {arguments}: {said}");
    }
    let listed = says(&bench, "find_files", json!({"pattern": "**"}));
    assert!(
        !listed.contains("stolen") && !listed.contains("alias"),
        "{listed}"
    );
    let found = says(&bench, "find_files_with_text", json!({"text": "root:"}));
    assert_eq!(found, "told: `root:` is in no file.");
    insta::assert_snapshot!(says(&bench, "run_sh", json!({"command": "cat stolen | head -1; ls /w/deps | wc -l; ls pocket | grep -c new"})), @r"
    [status 1, N s]
    root:x:0:0:root:/tmp:/bin/sh
    0
    0
    ");
}

#[test]
fn modes_and_new_folders() {
    let bench = workbench(&prepare(&pocket()));
    says(
        &bench,
        "run_sh",
        json!({"command": "chmod +x tools/run.sh"}),
    );
    says(
        &bench,
        "write_file",
        json!({"file": "tools/run.sh", "content": "#!/bin/sh\necho ran\n"}),
    );
    says(
        &bench,
        "write_file",
        json!({"file": "/w/repo/new/deep/file.txt", "content": "é\n"}),
    );
    insta::assert_snapshot!(says(&bench, "run_sh", json!({"command": "tools/run.sh; cat new/deep/file.txt; [ -x new/deep/file.txt ] || echo plain"})), @r"
    [status 0, N s]
    ran
    é
    plain
    ");
}

#[test]
fn edits_are_exact() {
    let bench = workbench(&prepare(&pocket()));
    let edit = |find: &str, replace: &str, all: bool| {
        let arguments =
            json!({"file": "pocket/money.py", "find": find, "replace": replace, "all": all});
        says(&bench, "edit_file", arguments)
    };
    insta::assert_snapshot!(edit("from collections import Mapping", "from collections.abc import Mapping", false), @r"
    pocket/money.py: replaced once. It reads now:
        1  from collections.abc import Mapping
        2  
        3  
        4  def total(amounts):
        5      if isinstance(amounts, Mapping):
    ");
    insta::assert_snapshot!(edit("amounts", "values", false), @"told: That text occurs 5 times in pocket/money.py, in lines 4, 5, 6, 6, 7; write more of what stands around it, or `all`.");
    insta::assert_snapshot!(edit("    if isinstance( amounts, Mapping):", "", false), @r"
    told: That text is not in pocket/money.py: it must be there exactly. Lines 5-5 are the nearest:
        if isinstance(amounts, Mapping):
    (the end of them).
    ");
    insta::assert_snapshot!(edit("if  isinstance(amounts,\n Mapping):", "", false), @r"
    told: That text is not in pocket/money.py: it must be there exactly. Lines 4-5 are the nearest:
    def total(amounts):
        if isinstance(amounts, Mapping):
    (the end of them).
    ");
    let said = edit("if isinstance(amounts,  Mapping):", "", false);
    assert!(
        said.contains("only spaces or ends of lines differ"),
        "{said}"
    );
    insta::assert_snapshot!(edit("zzzzzzz", "", false), @"told: That text is not in pocket/money.py, nor anything like it.");
    insta::assert_snapshot!(edit("", "x", false), @"told: An empty text cannot be replaced.");
    insta::assert_snapshot!(edit("amounts", "values", true), @r"
    pocket/money.py: replaced everywhere. It reads now:
        2  
        3  
        4  def total(values):
        5      if isinstance(values, Mapping):
        6          values = values.values()
    ");
}

#[test]
fn commands_end_and_say_how() {
    let bench = workbench(&prepare(&pocket()));
    let run = |command: &str, seconds: Option<u64>| {
        says(
            &bench,
            "run_sh",
            json!({"command": command, "seconds": seconds}),
        )
    };
    insta::assert_snapshot!(run("echo out; echo err >&2; exit 3", None), @r"
    [status 3, N s]
    out
    [stderr]
    err
    ");
    insta::assert_snapshot!(run("true", None), @r"
    [status 0, N s]
    It printed nothing.
    ");
    insta::assert_snapshot!(run("echo started; sleep 30", Some(1)), @r"
    [tooltimeout: stopped after 1 s]
    started
    [1 processes still ran and were stopped]
    ");
    insta::assert_snapshot!(run("kill -9 $$", None), @r"
    [ended by signal 9, N s]
    It printed nothing.
    ");
    insta::assert_snapshot!(run("sleep 100 & echo left", None), @r"
    [status 0, N s]
    left
    [1 processes still ran and were stopped]
    ");
    insta::assert_snapshot!(run("timeout 1 bash -c 'exec 3<>/dev/tcp/1.1.1.1/80' 2>&1 | tail -c 24", None), @r"
    [status 0, N s]
     Network is unreachable
    ");
    let long = run("seq 1 100000", None);
    assert!(
        long.contains("\n1\n2\n")
            && long.contains("\n99999\n100000")
            && long.contains("lines left out]"),
        "{long}"
    );
    assert!(
        long.len() <= Budget::default().max_bytes + 100,
        "{}",
        long.len()
    );
    let wide = run("head -c 3000000 /dev/zero | tr '\\0' x", None);
    assert!(wide.len() < Budget::default().max_bytes, "{}", wide.len());
}

#[test]
fn small_budgets_are_kept() {
    for (max_lines, max_bytes) in [(0, 0), (1, 10), (3, 60), (10, 200)] {
        let settings = WorkbenchSettings {
            budget: Budget {
                max_lines,
                max_bytes,
                max_line_bytes: 40,
            },
            ..WorkbenchSettings::default()
        };
        let bench = workbench_with(
            &prepare(&pocket()),
            bughound_repair::Knowledge::built_in(),
            settings,
        );
        for (tool, arguments) in [
            ("find_files", json!({"pattern": "**"})),
            ("find_files_with_text", json!({"text": "a"})),
            ("read_file", json!({"file": "pocket/money.py"})),
            ("run_sh", json!({"command": "seq 1 1000"})),
            ("ask_for_help", json!({"question": "ImportError"})),
            (
                "edit_file",
                json!({"file": "pocket/money.py", "find": "sum(", "replace": "1 + sum("}),
            ),
            ("validate_and_build", json!({})),
        ] {
            let output = call(&bench, tool, arguments).unwrap();
            let shown = output.text.lines().count() - usize::from(output.n_left_out > 0);
            assert!(shown <= max_lines, "{tool} {max_lines}: {}", output.text);
            assert!(
                output.text.len() <= max_bytes + 40,
                "{tool} {max_bytes}: {}",
                output.text
            );
        }
    }
}

//! Preparing, working and judging, on a small C project with make: no registry is asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bughound_sandbox::{Change, Embedded, What};
use bughound_testbed::admission::{CheckSettings, check};
use bughound_testbed::systems::Host;
use bughound_testbed::{
    FaultKind, Judged, Prepared, Stage, Suite, Task, TestStatus, Testbed, TestbedError, Verdict,
};

const RECIPE: &str = r#"
format = "bughound-build-task/1"
id = "c-sum"
about = "a sum that leaves out its last element"
kind = "mutation"
language = "c"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[[break.edit]]
path = "sum.c"
find = "i < n;"
replace = "i < n - 1;"

[commands]
build = [["make", "-s", "check"]]
test = [["./check"]]
results = "tap"

[paths]
protected = ["check.c", "Makefile"]
held_out = ["held.h"]

[symptom]
stage = "test"
message = "not ok 2 - adds three"
class = "test"
fail_to_pass = ["adds three"]

[budget]
seconds = 20
disk_mib = 64
memory_mib = 512
processes = 64

[fix]
revert = true
"#;

const FILES: [(&str, &str); 4] = [
    (
        "sum.c",
        "int sum(const int *a, int n) { int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }\n",
    ),
    (
        "check.c",
        "#include <stdio.h>\n#include \"held.h\"\nint sum(const int *, int);\nstatic int n;\nstatic void ok(int is, const char *what) { printf(\"%sok %d - %s\\n\", is ? \"\" : \"not \", ++n, what); }\nint main(void) { int a[] = {1, 2, 3}; ok(sum(a, 0) == 0, \"empty\"); ok(sum(a, 3) == 6, \"adds three\"); ok(HELD == 7, \"held\"); printf(\"1..3\\n\"); return 0; }\n",
    ),
    (
        "Makefile",
        "check: check.c sum.c\n\tgcc -o check check.c sum.c\n",
    ),
    ("held.h", "#define HELD 7\n"),
];

/// A testbed in a folder of its own, with the programs of this machine.
struct Bed {
    _folder: tempfile::TempDir,
    testbed: Testbed,
}

fn host() -> Host {
    let path = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
    Host::new(path.to_vec(), None)
}

/// `None` where this machine cannot isolate commands, which is said.
fn bed(host: Host) -> Option<Bed> {
    if !bughound_sandbox::probe().is_safe() {
        println!("skipped: this machine cannot isolate commands (`bughound doctor` says why)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let backend = Embedded::start().unwrap();
    Some(Bed {
        testbed: Testbed::new(Arc::new(backend), folder.path().join("testbed"), host),
        _folder: folder,
    })
}

/// Writes the task with `from` of its recipe replaced.
fn task_in(folder: &Path, from: &str, to: &str) -> Task {
    assert!(RECIPE.contains(from), "{from}");
    let task = folder.join("c-sum");
    std::fs::create_dir_all(task.join("tree")).unwrap();
    std::fs::write(task.join("task.toml"), RECIPE.replacen(from, to, 1)).unwrap();
    for (path, text) in FILES {
        std::fs::write(task.join("tree").join(path), text).unwrap();
    }
    Task::read(&task).unwrap()
}

fn prepare(bed: &Bed, from: &str, to: &str) -> Result<Arc<Prepared>, TestbedError> {
    let folder = tempfile::tempdir().unwrap();
    let task = task_in(folder.path(), from, to);
    bed.testbed.prepare(&task, &|_| {}).map(Arc::new)
}

fn file(path: &str, text: &str) -> Change {
    Change {
        path: path.into(),
        what: What::File {
            bytes: text.as_bytes().to_vec(),
            executable: false,
        },
    }
}

fn verdict(judged: Judged) -> Verdict {
    match judged {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => panic!("{fault:?}"),
    }
}

#[test]
fn a_change_is_judged_by_what_it_does() {
    let Some(bed) = bed(host()) else { return };
    let prepared = prepare(&bed, "", "").unwrap();
    assert_eq!(prepared.baseline.tests.len(), 3);
    assert!(
        prepared.log.contains("not ok 2 - adds three"),
        "{}",
        prepared.log
    );

    let untouched = verdict(bed.testbed.validate(&prepared, &[]));
    assert!(!untouched.passed && untouched.built);
    assert_eq!(untouched.tests["adds three"], TestStatus::Failed);
    assert_eq!(untouched.regressed, ["adds three"]);

    let fixed = verdict(bed.testbed.validate(&prepared, &prepared.known_fix()));
    assert!(fixed.passed, "{fixed:?}");

    let check = |what: &str, change: Change, passed: bool, blocked: &[&str], log: &str| {
        let mut changes = prepared.known_fix();
        changes.retain(|known| known.path != change.path);
        changes.push(change);
        let verdict = verdict(bed.testbed.validate(&prepared, &changes));
        let paths: Vec<&str> = verdict
            .blocked
            .iter()
            .map(|blocked| blocked.path.as_str())
            .collect();
        assert_eq!(
            (verdict.passed, paths.as_slice()),
            (passed, blocked),
            "{what}: {verdict:?}"
        );
        assert!(verdict.log.contains(log), "{what}: {}", verdict.log);
    };
    let broken = "int sum(const int *a, int n) { return no; }";
    check(
        "does not compile",
        file("sum.c", broken),
        false,
        &[],
        "error",
    );
    check(
        "its own tests",
        file("check.c", "int main(void) { return 0; }"),
        true,
        &["check.c"],
        "ok 3",
    );
    check(
        "no tests at all",
        Change {
            path: "check.c".into(),
            what: What::Removed,
        },
        true,
        &["check.c"],
        "ok 3",
    );
    check(
        "its own held-out file",
        file("held.h", "#define HELD 8"),
        true,
        &["held.h"],
        "ok 3 - held",
    );
    let link = Change {
        path: "sum.c".into(),
        what: What::Link {
            target: "/etc/passwd".into(),
        },
    };
    check("a link", link, false, &["sum.c"], "not ok 2");
    let gone = Change {
        path: "sum.c".into(),
        what: What::Removed,
    };
    check("nothing to build", gone, false, &[], "sum.c");
    let early = "#include <stdlib.h>\nint sum(const int *a, int n) { (void)a; (void)n; exit(0); }";
    check("ends the judge", file("sum.c", early), false, &[], "");
    let hangs = "int sum(const int *a, int n) { for (;;) if (n < 0) return a[0]; }";
    check("hangs", file("sum.c", hangs), false, &[], "took longer");
    let kills = "#include <signal.h>\n#include <unistd.h>\nint sum(const int *a, int n) { (void)a; kill(getppid(), 9); kill(-1, 9); return n; }";
    check("kills its parent", file("sum.c", kills), false, &[], "");
    let daemon = "#include <unistd.h>\nint sum(const int *a, int n) { (void)a; if (!fork()) { setsid(); sleep(1000); } return n; }";
    check(
        "leaves daemons",
        file("sum.c", daemon),
        false,
        &[],
        "not ok 2",
    );
    let floods = "#include <stdio.h>\nint sum(const int *a, int n) { (void)a; for (long i = 0; i < 3000000; i++) puts(\"all this is noise, and there is more of it to come\"); return n; }";
    check(
        "prints without end",
        file("sum.c", floods),
        false,
        &[],
        "bytes left out",
    );
    // None of these left a mark on the next.
    assert!(verdict(bed.testbed.validate(&prepared, &prepared.known_fix())).passed);
}

#[test]
fn workspaces_are_apart_and_forks_have_the_same_files() {
    let Some(bed) = bed(host()) else { return };
    let prepared = prepare(&bed, "", "").unwrap();
    let mut one = bed.testbed.workspace(&prepared).unwrap();
    let mut other = bed.testbed.workspace(&prepared).unwrap();
    let sh = |script: &str| vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()];
    let command = one.command(&sh("test ! -e held.h && sed -i 's/n - 1/n/' sum.c && rm Makefile && echo note > notes.md && make -s -f /dev/null; ln -s /etc l; :"));
    let finished = one.run(&command).unwrap();
    assert!(finished.succeeded(), "{finished:?}");
    let paths = |changes: &[Change]| -> Vec<String> {
        changes
            .iter()
            .map(|change| change.path.display().to_string())
            .collect()
    };
    let changes = one.changes().unwrap();
    assert_eq!(paths(&changes), ["Makefile", "l", "notes.md", "sum.c"]);
    assert_eq!(other.changes().unwrap(), []);

    let mut fork = one.fork().unwrap();
    assert_eq!(fork.changes().unwrap(), changes);
    let command = fork.command(&sh("rm notes.md"));
    assert!(fork.run(&command).unwrap().succeeded());
    assert_eq!(paths(&fork.changes().unwrap()), ["Makefile", "l", "sum.c"]);
    assert_eq!(one.changes().unwrap(), changes);

    let judged = verdict(bed.testbed.validate(&prepared, &changes));
    let blocked: Vec<(&str, &str)> = judged
        .blocked
        .iter()
        .map(|blocked| (blocked.path.as_str(), blocked.why.as_str()))
        .collect();
    assert!(judged.passed, "{judged:?}");
    assert_eq!(blocked, [("Makefile", "protected"), ("l", "a link")]);
    other.write(&changes[3..]).unwrap();
    assert_eq!(paths(&other.changes().unwrap()), ["sum.c"]);
}

#[test]
fn tasks_that_do_not_hold_are_quarantined_with_the_reason() {
    let Some(bed) = bed(host()) else { return };
    let check_one = |from: &str, to: &str| {
        let folder = tempfile::tempdir().unwrap();
        task_in(folder.path(), from, to);
        let suite = Suite::read(folder.path()).unwrap();
        let settings = CheckSettings {
            repeat: 2,
            jobs: 2,
            max_seconds: Some(100.0),
            quick: None,
        };
        let mut admissions = check(&bed.testbed, &suite, &settings, &|_, _| {}, &|_| {});
        assert_eq!(admissions.len(), 1);
        admissions.remove(0)
    };
    let good = check_one("", "");
    assert!(good.admitted, "{good:?}");
    assert_eq!((good.n_tests, good.repeat), (3, 2));

    let refused = |from: &str, to: &str, reason: &str| {
        let admission = check_one(from, to);
        assert!(!admission.admitted, "{to}");
        assert!(
            admission.reasons.iter().any(|found| found.contains(reason)),
            "{to}: {:?}",
            admission.reasons
        );
    };
    refused(
        "i < n - 1;",
        "n > i;",
        "the untouched state passed 2 times of 2",
    );
    refused("not ok 2 - adds three", "not ok 3", "does not match");
    refused(
        "stage = \"test\"",
        "stage = \"build\"",
        "the untouched state fails at Test",
    );
    refused(
        "[\"adds three\"]",
        "[\"empty\"]",
        "empty passes in the untouched state",
    );
    refused(
        "[\"adds three\"]",
        "[\"adds four\"]",
        "adds four does not pass with the known fix",
    );
    refused(
        "[\"check.c\", \"Makefile\"]",
        "[\"sum.c\"]",
        "the known fix changes sum.c, which is protected",
    );
    refused("i < n;", "i <= n;", "occurs 0 times, not 1");
    refused(
        "revert = true",
        "[[fix.edit]]\npath = \"sum.c\"\nfind = \"n - 1\"\nreplace = \"n - 2\"",
        "the untouched state passed 2 times of 2",
    );
    refused(
        "-s\", \"check\"",
        "-s\", \"none\"",
        "the untouched state fails at Build",
    );
}

#[test]
fn faults_have_a_kind() {
    let Some(bare) = bed(Host::default()) else {
        return;
    };
    let kind =
        |result: Result<Arc<Prepared>, TestbedError>| result.map(|_| ()).unwrap_err().into_fault();
    let fault = kind(prepare(&bare, "", ""));
    assert_eq!(fault.kind, FaultKind::Toolchain, "{fault:?}");
    let bed = bed(host()).unwrap();
    let gone = "[source]\nregistry = \"git\"\nurl = \"nowhere\"\nrevision = \"main\"\n";
    let fault = kind(prepare(&bed, "[source]\nregistry = \"files\"\n", gone));
    assert_eq!(fault.kind, FaultKind::Registry, "{fault:?}");
    assert!(fault.what.contains("nowhere at main"), "{fault:?}");

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("testbed"), "a file, no folder").unwrap();
    let backend = Embedded::start().unwrap();
    let nowhere = Testbed::new(Arc::new(backend), folder.path().join("testbed"), host());
    let task = task_in(folder.path(), "", "");
    let fault = kind(nowhere.prepare(&task, &|_| {}).map(Arc::new));
    assert_eq!(fault.kind, FaultKind::Disk, "{fault:?}");
    assert_eq!(
        prepare(&bed, "", "").unwrap().task.recipe.symptom.stage,
        Stage::Test
    );
}

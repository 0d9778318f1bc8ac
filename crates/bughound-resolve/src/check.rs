//! What does a change do to the tests that are there? Run beside the project as it was, in fresh copies.

use std::collections::BTreeMap;

use bughound_core::{Language, RepoPath};
use bughound_sandbox::{Change, End, What};
use bughound_syntax::outline;
use bughound_testbed::{
    Blocked, Fault, Judged, Prepared, Stage, TaskCommand, TestId, TestStatus, Testbed,
    TestbedError, Tree, Verdict,
};
use serde::Serialize;

/// Lines of output that are kept.
const N_TAIL: usize = 20;

/// What a command did that shows the issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reproduction {
    /// Whether it ended with status 0: the issue does not show.
    pub passed: bool,
    /// How it ended, and the end of what it wrote.
    pub output: String,
}

/// The project as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Before {
    /// Whether it builds.
    pub built: bool,
    /// The stage that fails, where one does.
    pub failed: Option<Stage>,
    /// What its tests do.
    #[serde(skip)]
    pub tests: BTreeMap<TestId, TestStatus>,
    /// How many tests there are, and how many of them pass.
    pub n_tests: usize,
    /// Tests that pass.
    pub n_passed: usize,
    /// Tests that did one thing in one run and another in the next: they say nothing of a change.
    pub flaky: Vec<TestId>,
    /// What shows the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Reproduction>,
    /// Seconds of a validation.
    pub seconds: f64,
    /// The end of what the stage that fails wrote.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log: String,
}

/// A change beside that.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Check {
    /// Whether it builds.
    pub built: bool,
    /// The stage that fails.
    pub failed: Option<Stage>,
    /// Tests that ran.
    pub n_tests: usize,
    /// Tests that do worse than before, or no longer run; and what else is worse, in words.
    pub regressed: Vec<String>,
    /// Tests that failed before and pass now.
    pub mended: Vec<TestId>,
    /// What shows the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Reproduction>,
    /// Parts of the change that were not applied, and are no part of the diff.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<Blocked>,
    /// Seconds of the validation.
    pub seconds: f64,
    /// The end of what the stage that fails wrote.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log: String,
}

/// Runs the project as it was, a second time beside the run that prepared it.
///
/// # Errors
/// The testbed failed.
pub fn before(
    testbed: &Testbed,
    prepared: &std::sync::Arc<Prepared>,
    reproduce: Option<&TaskCommand>,
) -> Result<Before, Fault> {
    let verdict = match testbed.validate(prepared, &[]) {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => return Err(fault),
    };
    let first = &prepared.baseline.tests;
    let ids = first.keys().chain(verdict.tests.keys());
    let mut flaky: Vec<TestId> = ids
        .filter(|id| first.get(*id) != verdict.tests.get(*id))
        .cloned()
        .collect();
    flaky.sort();
    flaky.dedup();
    let reproduction = reproduce
        .map(|argv| shows(testbed, prepared, &[], argv))
        .transpose()?;
    Ok(Before {
        built: verdict.built,
        failed: verdict.failed.or({
            // What always fails is no news to a validation.
            (verdict.built && !prepared.baseline.test_commands_succeed).then_some(Stage::Test)
        }),
        n_tests: verdict.tests.len(),
        n_passed: verdict
            .tests
            .values()
            .filter(|status| **status == TestStatus::Passed)
            .count(),
        flaky,
        reproduction,
        seconds: verdict.seconds.values().sum(),
        log: tail(&verdict.log),
        tests: verdict.tests,
    })
}

/// Runs the project with a change in it.
///
/// # Errors
/// The testbed failed: nothing is known of the change.
pub fn check(
    testbed: &Testbed,
    prepared: &std::sync::Arc<Prepared>,
    before: &Before,
    changes: &[Change],
    reproduce: Option<&TaskCommand>,
) -> Result<Check, Fault> {
    let verdict = match testbed.validate(prepared, changes) {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => return Err(fault),
    };
    let mut check = compare(before, &verdict, changes);
    if check.built && before.n_tests == 0 && before.failed == Some(Stage::Test) {
        // A verdict says nothing of commands that failed before, where nothing is read per test.
        let mut passes = true;
        for (_, argv) in tests_of(prepared) {
            passes &= shows(testbed, prepared, changes, &argv)?.passed;
        }
        if passes {
            check.mended.push("the test commands".to_owned());
        }
    }
    check.reproduction = reproduce
        .filter(|_| check.built)
        .map(|argv| shows(testbed, prepared, changes, argv))
        .transpose()?;
    Ok(check)
}

fn tests_of(prepared: &Prepared) -> impl Iterator<Item = (Stage, TaskCommand)> {
    let commands = prepared.commands().into_iter();
    commands.filter(|(stage, _)| *stage == Stage::Test)
}

/// What a verdict says beside what was before.
fn compare(before: &Before, verdict: &Verdict, changes: &[Change]) -> Check {
    let mut regressed: Vec<String> = Vec::new();
    if before.built && !verdict.built {
        regressed.push("it no longer builds".to_owned());
    }
    // A test that failed before is no worse for being gone.
    let gone = verdict
        .missing
        .iter()
        .filter(|id| before.tests.get(*id).is_none_or(|status| is_well(*status)));
    let worse = gone.chain(&verdict.regressed);
    regressed.extend(worse.filter(|id| !before.flaky.contains(id)).cloned());
    if before.failed.is_none() && verdict.failed == Some(Stage::Test) && regressed.is_empty() {
        let well = verdict
            .tests
            .iter()
            .all(|(id, status)| is_well(*status) || before.flaky.contains(id));
        // Where results are read per test, tests of the change's own may fail, too.
        if verdict.tests.is_empty() || well {
            regressed.push("the test commands no longer end with status 0".to_owned());
        }
    }
    regressed.extend(verdict.tampered.iter().map(|path| {
        format!("{path}, which may not change, was changed while it was built or tested")
    }));
    regressed.sort();
    regressed.dedup();
    // A file that could not be loaded hid its tests; those that a change brings say nothing.
    let hidden = !before.built || before.tests.values().any(|it| *it == TestStatus::Error);
    let is_new = |id: &str| {
        changes.iter().any(|change| {
            change
                .path
                .to_str()
                .is_some_and(|path| id.starts_with(path))
        })
    };
    let mended = verdict
        .tests
        .iter()
        .filter(|(_, status)| **status == TestStatus::Passed)
        .filter(|(id, _)| match before.tests.get(*id) {
            Some(status) => !is_well(*status) && !before.flaky.contains(id),
            None => hidden && !is_new(id),
        })
        .map(|(id, _)| id.clone())
        .collect();
    Check {
        built: verdict.built,
        failed: verdict.failed,
        n_tests: verdict.tests.len(),
        regressed,
        mended,
        reproduction: None,
        blocked: verdict.blocked.clone(),
        seconds: verdict.seconds.values().sum(),
        log: if verdict.failed.is_some() {
            tail(&verdict.log)
        } else {
            String::new()
        },
    }
}

/// Whether a test says nothing against the code.
fn is_well(status: TestStatus) -> bool {
    !matches!(status, TestStatus::Failed | TestStatus::Error)
}

/// Runs a command in a fresh copy that is built with the change in it.
fn shows(
    testbed: &Testbed,
    prepared: &std::sync::Arc<Prepared>,
    changes: &[Change],
    argv: &TaskCommand,
) -> Result<Reproduction, Fault> {
    run(testbed, prepared, changes, argv).map_err(TestbedError::into_fault)
}

fn run(
    testbed: &Testbed,
    prepared: &std::sync::Arc<Prepared>,
    changes: &[Change],
    argv: &TaskCommand,
) -> Result<Reproduction, TestbedError> {
    let mut workspace = testbed.workspace(prepared)?;
    workspace.write(&prepared.change_set(changes).applied)?;
    let env = &prepared.task.recipe.commands.env;
    for (stage, argv) in prepared.commands() {
        if stage == Stage::Test {
            break;
        }
        let mut command = workspace.command(&argv);
        command.env.extend(env.clone());
        let finished = workspace.run(&command)?;
        if !finished.succeeded() {
            return Ok(Reproduction {
                passed: false,
                output: format!("not run: {} failed before it", argv.join(" ")),
            });
        }
    }
    let mut command = workspace.command(argv);
    command.env.extend(env.clone());
    let finished = workspace.run(&command)?;
    let end = match finished.end {
        End::Exited(status) => format!("status {status}"),
        End::Signalled(signal) => format!("ended by signal {signal}"),
        End::TimedOut => "took too long".to_owned(),
        End::OutOfMemory => "used too much memory".to_owned(),
        End::NotStarted { errno } => {
            format!("not started: {}", std::io::Error::from_raw_os_error(errno))
        }
    };
    let said = format!("{}{}", finished.stdout.text(), finished.stderr.text());
    Ok(Reproduction {
        passed: finished.succeeded(),
        output: format!("{end}\n{}", tail(&said)),
    })
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(N_TAIL)..].join("\n")
}

/// Files that no longer parse, each with the first thing that is wrong. Files that did not parse before count where more is
/// wrong now.
pub fn syntax_problems(tree: &Tree, changes: &[Change]) -> Vec<String> {
    let mut wrong = Vec::new();
    for change in changes {
        let path = change.path.to_string_lossy();
        let What::File { bytes, .. } = &change.what else {
            continue;
        };
        let Some(language) = Language::from_extension(RepoPath::from(&*path).extension()) else {
            continue;
        };
        let Ok(after) = std::str::from_utf8(bytes) else {
            wrong.push(format!("{path}: no UTF-8 text"));
            continue;
        };
        let old = tree
            .files
            .get(&*path)
            .and_then(|file| std::str::from_utf8(&file.bytes).ok());
        let n_before = old.map_or(0, |text| outline(language, text).problems.len());
        let problems = outline(language, after).problems;
        if problems.len() > n_before
            && let Some(first) = problems.first()
        {
            wrong.push(format!("{path}:{}: {}", first.line, first.message));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests(said: &str) -> BTreeMap<TestId, TestStatus> {
        said.split_whitespace()
            .filter_map(|word| {
                let (id, status) = word.split_once('=')?;
                let status = match status {
                    "ok" => TestStatus::Passed,
                    "no" => TestStatus::Failed,
                    "skip" => TestStatus::Skipped,
                    _ => TestStatus::Error,
                };
                Some((id.to_owned(), status))
            })
            .collect()
    }

    #[test]
    fn a_change_is_worse_or_better_than_what_was() {
        // What was, what is, what is missing and worse: the verdict's own words.
        let check = |was: &str, is: &str, worse: &str, expected: (&[&str], &[&str])| {
            let ran = tests(is);
            let before = Before {
                built: was != "broken",
                failed: (was == "broken").then_some(Stage::Build),
                tests: tests(was),
                flaky: vec!["flaky".to_owned()],
                ..Before::default()
            };
            let verdict = Verdict {
                passed: false,
                built: is != "broken",
                failed: (is == "broken").then_some(Stage::Build),
                missing: tests(was)
                    .into_keys()
                    .filter(|id| !ran.contains_key(id))
                    .collect(),
                tests: ran,
                regressed: worse.split_whitespace().map(str::to_owned).collect(),
                blocked: Vec::new(),
                loosened: Vec::new(),
                tampered: Vec::new(),
                seconds: BTreeMap::new(),
                log: String::new(),
            };
            let own = Change {
                path: "own.py".into(),
                what: What::Removed,
            };
            let check = compare(&before, &verdict, &[own]);
            assert_eq!(check.regressed, expected.0, "{was} / {is}");
            assert_eq!(check.mended, expected.1, "{was} / {is}");
        };
        check("a=ok b=no", "a=ok b=ok", "", (&[], &["b"]));
        check("a=ok b=no", "a=no b=ok", "a", (&["a"], &["b"]));
        check("a=ok flaky=ok", "a=ok flaky=no", "flaky", (&[], &[]));
        check("flaky=no", "flaky=ok", "", (&[], &[]));
        check("a=ok b=no", "", "", (&["a"], &[]));
        check(
            "a=ok b=no",
            "broken",
            "",
            (&["a", "it no longer builds"], &[]),
        );
        check("broken", "a=ok own.py::b=ok", "", (&[], &["a"]));
        check("a=ok", "a=ok new=ok", "", (&[], &[]));
        check("f=err", "f::a=ok own.py::b=ok", "", (&[], &["f::a"]));
    }

    #[test]
    fn what_no_longer_parses_is_named() {
        let mut tree = Tree::default();
        tree.put("a.py".to_owned(), b"x = 1\n".to_vec(), false);
        tree.put("bad.py".to_owned(), b"x = (\n".to_vec(), false);
        let check = |path: &str, text: &str, n: usize| {
            let change = Change {
                path: path.into(),
                what: What::File {
                    bytes: text.as_bytes().to_vec(),
                    executable: false,
                },
            };
            let found = syntax_problems(&tree, &[change]);
            assert_eq!(found.len(), n, "{path} {text:?}: {found:?}");
        };
        check("a.py", "x = 2\n", 0);
        check("a.py", "def f(:\n", 1);
        check("bad.py", "x = ((\n", 0);
        check("new.rs", "fn main( {\n", 1);
        check("notes.txt", "def f(:\n", 0);
    }
}

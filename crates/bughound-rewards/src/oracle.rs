//! A judge that product code cannot reach.
//!
//! Tests share a process with the code that they test, and that code can forge whatever the process says. Here the
//! product's process is told inputs and says outputs as plain data; what they should be is known to us alone, is never in
//! the sandbox, and is compared outside of it. To deceive it is to answer right. What it does not ask, it does not know.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bughound_sandbox::{Change, Finished};
use bughound_testbed::{Driver, Oracle, Prepared, Testbed, TestbedError, Trial, TrialCommand};
use serde_json::{Value, json};

use crate::answers::is_same;

const PYTHON: &str = include_str!("oracle.py");
const NODE: &str = include_str!("oracle.mjs");

/// Answers of known fixes, by task.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<BTreeMap<String, Vec<String>>>);

/// Asks the changed project all cases: what is wrong with its answers, nothing where they are right or there are no cases.
pub(crate) fn reasons(
    testbed: &Testbed,
    prepared: &Prepared,
    changes: &[Change],
    known: &Answers,
) -> Result<Vec<String>, TestbedError> {
    let Some(oracle) = &prepared.task.recipe.oracle else {
        return Ok(Vec::new());
    };
    let expected = expected(testbed, prepared, oracle, known)?;
    let Some(got) = ask(testbed, prepared, oracle, changes)? else {
        return Ok(vec![
            "it does not build where its answers are asked for".to_owned(),
        ]);
    };
    let mut wrong = Vec::new();
    for (at, (expected, got)) in expected.iter().zip(&got).enumerate() {
        if !is_same(expected, got) {
            wrong.push(at + 1);
        }
    }
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    // Neither inputs nor answers: reasons may be shown to whoever trains.
    Ok(vec![format!(
        "{} of {} answers are wrong when asked from outside: {wrong:?}",
        wrong.len(),
        expected.len()
    )])
}

/// What is right: as the task says, else as the known fix answers.
fn expected(
    testbed: &Testbed,
    prepared: &Prepared,
    oracle: &Oracle,
    known: &Answers,
) -> Result<Vec<String>, TestbedError> {
    let of_fix = if oracle.case.iter().any(|case| case.expect.is_none()) {
        // What is prepared does not depend on what is asked.
        let key = format!("{} {}", prepared.digest, json!(oracle));
        let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&key) {
            Some(answers) => answers.clone(),
            None => {
                let answers =
                    ask(testbed, prepared, oracle, &prepared.known_fix())?.unwrap_or_default();
                known.insert(key, answers.clone());
                answers
            }
        }
    } else {
        Vec::new()
    };
    let cases = oracle.case.iter().enumerate();
    Ok(cases
        .map(|(at, case)| {
            let derived = || of_fix.get(at).cloned().unwrap_or_default();
            case.expect.clone().unwrap_or_else(derived)
        })
        .collect())
}

/// One answer for each case; `None` where the change does not build.
fn ask(
    testbed: &Testbed,
    prepared: &Prepared,
    oracle: &Oracle,
    changes: &[Change],
) -> Result<Option<Vec<String>>, TestbedError> {
    let trial = match oracle.driver {
        Driver::Python => calls(prepared, oracle, "/judge/oracle.py", PYTHON, "python"),
        Driver::Node => calls(prepared, oracle, "/judge/oracle.mjs", NODE, "node"),
        Driver::Program => programs(oracle),
    };
    let Some(finished) = testbed.trial(prepared, changes, &trial)? else {
        return Ok(None);
    };
    let answers = match oracle.driver {
        Driver::Program => finished.iter().map(written).collect(),
        Driver::Python | Driver::Node => {
            let report = finished
                .first()
                .map(|one| one.report.text())
                .unwrap_or_default();
            let mut lines: Vec<String> = report.lines().map(str::to_owned).collect();
            lines.resize(oracle.case.len(), String::new());
            lines
        }
    };
    Ok(Some(answers))
}

/// All calls in one process.
fn calls(prepared: &Prepared, oracle: &Oracle, path: &str, driver: &str, program: &str) -> Trial {
    let cases: Vec<Value> = oracle
        .case
        .iter()
        .map(|case| {
            let args: Value = serde_json::from_str(&case.args).unwrap_or_else(|_| json!([]));
            json!({ "call": case.call, "args": args })
        })
        .collect();
    let argv = vec![interpreter(prepared, program), path.to_owned()];
    Trial {
        files: vec![(path.to_owned(), driver.as_bytes().to_vec())],
        over: over(oracle),
        commands: vec![TrialCommand {
            argv,
            stdin: Value::Array(cases).to_string().into_bytes(),
            report: true,
        }],
    }
}

/// As the task's own commands call it: `python3` where there is no `python`.
fn interpreter(prepared: &Prepared, program: &str) -> String {
    let commands = &prepared.task.recipe.commands;
    let mut words = commands.test.iter().chain(&commands.build).flatten();
    words
        .find(|word| {
            word.rsplit('/')
                .next()
                .is_some_and(|name| name.starts_with(program))
        })
        .cloned()
        .unwrap_or_else(|| program.to_owned())
}

/// What the task lays over the tree in order to ask.
fn over(oracle: &Oracle) -> Vec<(String, Vec<u8>)> {
    let files = oracle.file.iter();
    files
        .map(|file| (file.path.clone(), file.content.clone().into_bytes()))
        .collect()
}

/// One process for each case.
fn programs(oracle: &Oracle) -> Trial {
    Trial {
        files: Vec::new(),
        over: over(oracle),
        commands: oracle
            .case
            .iter()
            .map(|case| TrialCommand {
                argv: oracle.run.clone(),
                stdin: case.stdin.clone().into_bytes(),
                report: false,
            })
            .collect(),
    }
}

/// What a program wrote; nothing where it did not end well.
fn written(finished: &Finished) -> String {
    if finished.succeeded() {
        finished.stdout.text()
    } else {
        format!("{:?}", finished.end)
    }
}

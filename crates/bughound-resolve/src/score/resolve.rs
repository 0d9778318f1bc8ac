//! Is a task resolved by a patch? By the official rule: all FAIL_TO_PASS and all PASS_TO_PASS pass.
//!
//! A test passes where it passed or failed as it says of itself that it does, as in SWE-bench's harness. Two things count beside it: a
//! change that rewrites protected files while it is built, and one that moves a held pin, do not resolve a task, whatever its tests then
//! say. Where the testbed failed nothing is known: that is an outcome of its own.

use std::sync::Arc;

use bughound_testbed::{
    Blocked, Fault, Judged, Prepared, Stage, TestId, TestStatus, Testbed, Verdict,
};
use serde::{Deserialize, Serialize};

use super::{Instance, Origin, Tests};
use crate::patch::{Refusal, apply, read};

/// Names of tests that are told of one instance.
const N_NAMES: usize = 20;

/// What became of one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// The task.
    pub instance_id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// FAIL_TO_PASS that pass, and how many there are.
    pub fail_to_pass: (usize, usize),
    /// PASS_TO_PASS that pass, and how many there are.
    pub pass_to_pass: (usize, usize),
    /// Tests of both that do not pass, the first of them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub failing: Vec<TestId>,
    /// Why it is not resolved, where tests are not the reason.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub why: Vec<String>,
    /// Hunks that do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub refused: Vec<Refusal>,
    /// Parts of the patch that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<Blocked>,
    /// What kept it from being judged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
    /// Who says which tests decide.
    pub tests: Origin,
    /// Seconds of the validation.
    pub seconds: f64,
    /// What it was made of: a patch and a state. Another patch for the same task is judged anew.
    #[serde(default)]
    pub key: String,
}

/// What became of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All tests that decide pass.
    Resolved,
    /// Some do not.
    Unresolved,
    /// The patch does not apply.
    NotApplied,
    /// The patch is empty.
    Empty,
    /// There is no prediction.
    NoPrediction,
    /// The testbed failed: nothing is known.
    Fault,
}

impl Resolved {
    /// A record of an instance of which nothing was run.
    pub fn without_a_run(id: &str, outcome: Outcome) -> Self {
        Self {
            instance_id: id.to_owned(),
            outcome,
            fail_to_pass: (0, 0),
            pass_to_pass: (0, 0),
            failing: Vec::new(),
            why: Vec::new(),
            refused: Vec::new(),
            left_out: Vec::new(),
            fault: None,
            tests: Origin::Measured,
            seconds: 0.0,
            key: String::new(),
        }
    }

    /// The testbed failed.
    pub fn of_fault(id: &str, fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..Self::without_a_run(id, Outcome::Fault)
        }
    }
}

/// Which tests fail untouched and pass with the known fix, and which pass in both: measured by running the untouched state; what the
/// fix does was measured when the task was prepared.
///
/// # Errors
/// The testbed failed.
pub fn measure(testbed: &Testbed, prepared: &Prepared) -> Result<Tests, Fault> {
    let untouched = match testbed.validate(prepared, &[]) {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => return Err(fault),
    };
    let mut tests = Tests::default();
    for (id, status) in &prepared.baseline.tests {
        if *status != TestStatus::Passed {
            continue;
        }
        match untouched.tests.get(id) {
            Some(TestStatus::Passed) => tests.pass_to_pass.push(id.clone()),
            _ => tests.fail_to_pass.push(id.clone()),
        }
    }
    Ok(tests)
}

/// Judges a patch for an instance.
pub fn resolve(testbed: &Testbed, instance: &Instance, patch: &str) -> Resolved {
    let mut record = Resolved {
        tests: instance.tests.origin,
        fail_to_pass: (0, instance.tests.fail_to_pass.len()),
        pass_to_pass: (0, instance.tests.pass_to_pass.len()),
        ..Resolved::without_a_run(&instance.id, Outcome::Empty)
    };
    if patch.trim().is_empty() {
        return record;
    }
    record.outcome = Outcome::NotApplied;
    let proposal = match read(patch) {
        Ok(proposal) => proposal,
        Err(error) => {
            record.why.push(error.to_string());
            return record;
        }
    };
    let patched = match apply(&shown(&instance.prepared), &proposal) {
        Ok(patched) => patched,
        Err(refused) => {
            record.refused = refused;
            return record;
        }
    };
    match testbed.validate(&instance.prepared, &patched.changes) {
        Judged::Fault(fault) => {
            record.outcome = Outcome::Fault;
            record.fault = Some(fault);
        }
        Judged::Verdict(verdict) => decide(&mut record, &instance.tests, verdict),
    }
    record
}

/// The tree that predictions are made for: what is held out is not in it.
fn shown(prepared: &Arc<Prepared>) -> bughound_testbed::Tree {
    let mut tree = prepared.tree().clone();
    for path in prepared.held_out() {
        tree.files.remove(path);
    }
    tree
}

fn decide(record: &mut Resolved, tests: &Tests, verdict: Verdict) {
    let passes = |id: &&TestId| {
        matches!(
            verdict.tests.get(*id),
            Some(TestStatus::Passed | TestStatus::ExpectedFailure)
        )
    };
    record.fail_to_pass.0 = tests.fail_to_pass.iter().filter(passes).count();
    record.pass_to_pass.0 = tests.pass_to_pass.iter().filter(passes).count();
    let all = tests.fail_to_pass.iter().chain(&tests.pass_to_pass);
    record.failing = all
        .filter(|id| !passes(id))
        .take(N_NAMES)
        .cloned()
        .collect();
    if let Some(stage @ (Stage::Sync | Stage::Build)) = verdict.failed {
        let name = if stage == Stage::Sync {
            "sync"
        } else {
            "build"
        };
        record.why.push(format!("{name} failed"));
    }
    record.why.extend(verdict.loosened);
    let rewritten = verdict.tampered.iter();
    record.why.extend(rewritten.map(|path| {
        format!("{path}, which is protected, was changed while it was built or tested")
    }));
    if tests.are_commands() && !verdict.passed && record.why.is_empty() {
        record
            .why
            .push("the test commands do not end with status 0".to_owned());
    }
    record.seconds = verdict.seconds.values().sum();
    record.left_out = verdict.blocked;
    record.outcome = if record.failing.is_empty() && record.why.is_empty() {
        Outcome::Resolved
    } else {
        Outcome::Unresolved
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn all_tests_that_decide_must_pass() {
        let check =
            |ran: &[(&str, TestStatus)], passed: bool, loosened: &[&str], expected: &str| {
                let tests = Tests {
                    fail_to_pass: vec!["new".to_owned()],
                    pass_to_pass: vec!["old".to_owned(), "xfail".to_owned()],
                    origin: Origin::Dataset,
                };
                let verdict = Verdict {
                    passed,
                    built: true,
                    failed: None,
                    tests: ran
                        .iter()
                        .map(|(id, status)| ((*id).to_owned(), *status))
                        .collect::<BTreeMap<_, _>>(),
                    missing: Vec::new(),
                    regressed: Vec::new(),
                    blocked: Vec::new(),
                    loosened: loosened.iter().map(|&it| it.to_owned()).collect(),
                    tampered: Vec::new(),
                    seconds: BTreeMap::new(),
                    log: String::new(),
                };
                let mut record = Resolved::without_a_run("x", Outcome::Empty);
                decide(&mut record, &tests, verdict);
                let said = format!(
                    "{:?} {} {} {:?} {:?}",
                    record.outcome,
                    record.fail_to_pass.0,
                    record.pass_to_pass.0,
                    record.failing,
                    record.why
                );
                assert_eq!(said, expected);
            };
        use TestStatus::{ExpectedFailure, Failed, Passed, Skipped};
        let well = [("new", Passed), ("old", Passed), ("xfail", ExpectedFailure)];
        check(&well, true, &[], "Resolved 1 2 [] []");
        // Other tests do not decide.
        let mut other = well.to_vec();
        other.push(("other", Failed));
        check(&other, false, &[], "Resolved 1 2 [] []");
        check(
            &[
                ("new", Skipped),
                ("old", Passed),
                ("xfail", ExpectedFailure),
            ],
            false,
            &[],
            "Unresolved 0 2 [\"new\"] []",
        );
        check(
            &[("new", Passed), ("old", Failed)],
            false,
            &[],
            "Unresolved 1 0 [\"old\", \"xfail\"] []",
        );
        check(
            &well,
            false,
            &["x 2 was asked for"],
            "Unresolved 1 2 [] [\"x 2 was asked for\"]",
        );
    }

    #[test]
    fn without_tests_the_commands_decide() {
        for (passed, expected) in [(true, Outcome::Resolved), (false, Outcome::Unresolved)] {
            let verdict = Verdict {
                passed,
                built: true,
                failed: None,
                tests: BTreeMap::new(),
                missing: Vec::new(),
                regressed: Vec::new(),
                blocked: Vec::new(),
                loosened: Vec::new(),
                tampered: Vec::new(),
                seconds: BTreeMap::new(),
                log: String::new(),
            };
            let mut record = Resolved::without_a_run("x", Outcome::Empty);
            decide(&mut record, &Tests::default(), verdict);
            assert_eq!(record.outcome, expected);
        }
    }
}

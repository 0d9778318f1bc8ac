//! Can a task be believed? It must fail untouched for the reason that it states, and pass with the known fix, every time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use regex::Regex;
use serde::Serialize;

use crate::suite::{Suite, SuiteEntry};
use crate::{
    ErrorClass, Fault, FaultKind, Judged, Kind, Prepared, TestId, TestStatus, Testbed, Verdict,
};

/// How tasks are checked.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// How often each state is validated.
    pub repeat: usize,
    /// Tasks at once.
    pub jobs: usize,
    /// A task whose validation takes longer (median, seconds) is not admitted; the simplified pipeline of arXiv 2510.22075
    /// has 100.
    pub max_seconds: Option<f64>,
    /// Tasks that take longer than this in their first validation with the known fix are validated three times, however
    /// often the others are.
    pub quick: Option<f64>,
}

/// How often a task that is not quick is validated.
const SLOW_REPEAT: usize = 3;

/// What was found of one task.
#[derive(Clone, Debug, Serialize)]
pub struct Admission {
    /// Its name.
    pub id: String,
    /// Its language.
    pub language: String,
    /// How it came to be broken.
    pub kind: Option<Kind>,
    /// The class of its error.
    pub class: Option<ErrorClass>,
    /// Whether it can be believed.
    pub admitted: bool,
    /// Why not, where not.
    pub reasons: Vec<String>,
    /// Validations of each state.
    pub repeat: usize,
    /// Tests of the baseline.
    pub n_tests: usize,
    /// Tests that pass with the known fix and not untouched.
    pub fail_to_pass: Vec<TestId>,
    /// Tests that pass in both states.
    pub pass_to_pass: Vec<TestId>,
    /// Share of validations whose verdict was not that of most of its state.
    pub flake_rate: f64,
    /// Median seconds of a validation with the known fix, all stages.
    pub seconds: f64,
    /// A fault, where one kept it from being checked. It says nothing of the task, unless its kind is `task`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// Checks all tasks; `progress` hears the name of a task and what is being done with it, `done` each result as it comes.
/// Results are in the order of the suite.
pub fn check(
    testbed: &Testbed,
    suite: &Suite,
    settings: &CheckSettings,
    progress: &(dyn Fn(&str, &str) + Sync),
    done: &(dyn Fn(&Admission) + Sync),
) -> Vec<Admission> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Admission)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = suite.entries.get(n) else {
                        return;
                    };
                    let admission =
                        check_one(testbed, entry, settings, &|what| progress(&entry.id, what));
                    done(&admission);
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((n, admission));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(n, _)| *n);
    results
        .into_iter()
        .map(|(_, admission)| admission)
        .collect()
}

fn check_one(
    testbed: &Testbed,
    entry: &SuiteEntry,
    settings: &CheckSettings,
    progress: &(dyn Fn(&str) + Sync),
) -> Admission {
    let mut admission = Admission {
        id: entry.id.clone(),
        language: String::new(),
        kind: None,
        class: None,
        admitted: false,
        reasons: Vec::new(),
        repeat: settings.repeat,
        n_tests: 0,
        fail_to_pass: Vec::new(),
        pass_to_pass: Vec::new(),
        flake_rate: 0.0,
        seconds: 0.0,
        fault: None,
    };
    let task = match &entry.task {
        Ok(task) => task,
        Err(error) => {
            admission.refuse(Fault {
                kind: FaultKind::Task,
                what: error.to_string(),
            });
            return admission;
        }
    };
    admission.language.clone_from(&task.recipe.language);
    admission.kind = Some(task.recipe.kind);
    admission.class = Some(task.recipe.symptom.class);
    let prepared = match testbed.prepare(task, progress) {
        Ok(prepared) => Arc::new(prepared),
        Err(error) => {
            admission.refuse(error.into_fault());
            return admission;
        }
    };
    admission.n_tests = prepared.baseline.tests.len();
    match runs(testbed, &prepared, settings, progress) {
        Ok((untouched, fixed)) => admission.judge(&prepared, &untouched, &fixed, settings),
        Err(fault) => admission.refuse(fault),
    }
    admission
}

/// All verdicts on the untouched state and on the known fix, in turns.
fn runs(
    testbed: &Testbed,
    prepared: &Prepared,
    settings: &CheckSettings,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<(Vec<Verdict>, Vec<Verdict>), Fault> {
    let fix = prepared.known_fix();
    let (mut untouched, mut fixed) = (Vec::new(), Vec::new());
    let mut repeat = settings.repeat.max(1);
    let mut n = 0;
    while n < repeat {
        n += 1;
        progress(&format!("run {n} of {repeat}"));
        for (changes, verdicts) in [(&[] as &[_], &mut untouched), (&fix, &mut fixed)] {
            match testbed.validate(prepared, changes) {
                Judged::Verdict(verdict) => verdicts.push(verdict),
                Judged::Fault(fault) => return Err(fault),
            }
        }
        if let (Some(quick), [first]) = (settings.quick, fixed.as_slice())
            && first.seconds.values().sum::<f64>() > quick
        {
            repeat = repeat.min(SLOW_REPEAT);
        }
    }
    Ok((untouched, fixed))
}

impl Admission {
    fn refuse(&mut self, fault: Fault) {
        self.reasons.push(fault.what.clone());
        self.fault = Some(fault);
    }

    fn judge(
        &mut self,
        prepared: &Prepared,
        untouched: &[Verdict],
        fixed: &[Verdict],
        settings: &CheckSettings,
    ) {
        self.repeat = fixed.len();
        if let (Some(untouched), Some(fixed)) = (untouched.first(), fixed.first()) {
            let passes =
                |verdict: &Verdict, id: &TestId| verdict.tests.get(id) == Some(&TestStatus::Passed);
            let passing = fixed.tests.keys().filter(|id| passes(fixed, id)).cloned();
            (self.pass_to_pass, self.fail_to_pass) = passing.partition(|id| passes(untouched, id));
        }
        let n = fixed.len() as f64;
        let passed =
            |verdicts: &[Verdict]| verdicts.iter().filter(|verdict| verdict.passed).count();
        let flakes = |verdicts: &[Verdict]| passed(verdicts).min(verdicts.len() - passed(verdicts));
        self.flake_rate = (flakes(untouched) + flakes(fixed)) as f64 / (2.0 * n);
        let mut seconds: Vec<f64> = fixed
            .iter()
            .map(|verdict| verdict.seconds.values().sum())
            .collect();
        seconds.sort_by(f64::total_cmp);
        self.seconds = seconds[seconds.len() / 2];

        if passed(untouched) > 0 {
            let n = untouched.len();
            self.reasons.push(format!(
                "the untouched state passed {} times of {n}",
                passed(untouched)
            ));
        }
        if let Some(verdict) = fixed.iter().find(|verdict| !verdict.passed) {
            let failed = fixed.len() - passed(fixed);
            let why = why_not(verdict);
            self.reasons.push(format!(
                "the known fix failed {failed} times of {}: {why}",
                fixed.len()
            ));
        }
        let symptoms: Vec<String> = untouched
            .iter()
            .filter_map(|verdict| other_symptom(prepared, verdict))
            .collect();
        if let Some(first) = symptoms.first() {
            self.reasons.push(first.clone());
        }
        if prepared.task.recipe.commands.results != "none" && prepared.baseline.tests.is_empty() {
            self.reasons
                .push("no test ran with the known fix".to_owned());
        }
        if let Some(max) = settings.max_seconds
            && self.seconds > max
        {
            self.reasons.push(format!(
                "a validation takes {:.1} s, more than {max} s",
                self.seconds
            ));
        }
        if let Some(blocked) = fixed.first().and_then(|verdict| verdict.blocked.first()) {
            self.reasons.push(format!(
                "the known fix changes {}, which is {}",
                blocked.path, blocked.why
            ));
        }
        self.admitted = self.reasons.is_empty();
    }
}

/// In what the untouched state differs from what the recipe states.
fn other_symptom(prepared: &Prepared, verdict: &Verdict) -> Option<String> {
    let symptom = &prepared.task.recipe.symptom;
    if verdict.failed != Some(symptom.stage) {
        return Some(format!(
            "the untouched state fails at {}, the recipe says {:?}",
            verdict
                .failed
                .map_or("no stage".to_owned(), |stage| format!("{stage:?}")),
            symptom.stage
        ));
    }
    let matches = Regex::new(&symptom.message).is_ok_and(|regex| regex.is_match(&verdict.log));
    if !matches {
        return Some(format!(
            "the untouched state's output does not match {:?}; it ends with: {}",
            symptom.message,
            tail(&verdict.log, 5)
        ));
    }
    let passes = |id: &String| verdict.tests.get(id) == Some(&TestStatus::Passed);
    if let Some(id) = symptom.fail_to_pass.iter().find(|id| passes(id)) {
        return Some(format!(
            "{id} passes in the untouched state, the recipe says that it fails"
        ));
    }
    let unknown = |id: &&String| prepared.baseline.tests.get(*id) != Some(&TestStatus::Passed);
    if let Some(id) = symptom.fail_to_pass.iter().find(unknown) {
        return Some(format!(
            "{id} does not pass with the known fix, the recipe says that it does"
        ));
    }
    None
}

fn why_not(verdict: &Verdict) -> String {
    if let Some(first) = verdict.loosened.first() {
        return first.clone();
    }
    if let Some(first) = verdict.missing.first() {
        let n = verdict.missing.len();
        return format!(
            "{n} tests were not executed, such as {first}; {}",
            tail(&verdict.log, 5)
        );
    }
    if let Some(first) = verdict.regressed.first() {
        return format!(
            "{} tests did worse, such as {first}",
            verdict.regressed.len()
        );
    }
    match verdict.failed {
        Some(stage) => format!("{stage:?} failed: {}", tail(&verdict.log, 8)),
        None => "the test run was cut off".to_owned(),
    }
}

fn tail(text: &str, n: usize) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(n)..].join("\n")
}

//! Does a verdict show clearly, and as it should, what is wrong?

use std::collections::BTreeSet;

use bughound_testbed::classes::main_error;
use bughound_testbed::{ErrorClass, Kind, Stage, Symptom, TestStatus, Verdict};
use regex::Regex;

use crate::Reason;

/// A recipe names no more tests than this.
const MAX_TESTS: usize = 12;
/// A message quotes no more of a line than this.
const MAX_MESSAGE: usize = 110;
/// A change of what the program does that breaks more than this share of its tests is none that a person would not see
/// at once.
const MAX_SHARE: f64 = 0.34;

/// How a broken state shows, from what several verdicts on it say; `n_tests` is how many the base has.
///
/// # Errors
/// Why it makes no task of this kind.
pub(crate) fn symptom(
    kind: Kind,
    verdicts: &[Verdict],
    n_tests: usize,
) -> Result<Symptom, (Reason, String)> {
    let Some(first) = verdicts.first() else {
        return Err((Reason::Fault, "no verdict".to_owned()));
    };
    if first.passed {
        return Err((Reason::Unnoticed, String::new()));
    }
    if hangs(first) {
        return Err((Reason::Hang, last_line(&first.log)));
    }
    let Some(stage) = first.failed else {
        return Err((Reason::Unclear, "no stage failed".to_owned()));
    };
    let failing = failing(first);
    for other in &verdicts[1..] {
        if other.failed != Some(stage) || self::failing(other) != failing {
            return Err((
                Reason::Flaky,
                format!("{:?}, then {:?}", first.failed, other.failed),
            ));
        }
    }
    let n_broken = first.missing.len() + first.regressed.len();
    let loads = first.built && first.missing.is_empty();
    match kind {
        Kind::Mutation if !loads || n_broken == 0 || too_many(n_broken, n_tests) => {
            let what = format!("{stage:?} fails, {n_broken} of {n_tests} tests");
            return Err((Reason::BreaksTooMuch, what));
        }
        Kind::Compile if loads && !too_many(n_broken, n_tests) => {
            return Err((
                Reason::Builds,
                format!("{n_broken} of {n_tests} tests fail"),
            ));
        }
        _ => {}
    }
    let (message, class) = message(kind, stage, verdicts, &failing)?;
    Ok(Symptom {
        stage,
        message,
        class,
        fail_to_pass: failing.into_iter().take(MAX_TESTS).collect(),
    })
}

fn too_many(n: usize, of: usize) -> bool {
    n > 3 && n as f64 > MAX_SHARE * of as f64
}

/// Whether a command was ended for taking too long, as the log says.
fn hangs(verdict: &Verdict) -> bool {
    ["[took longer than ", "[used more memory"]
        .iter()
        .any(|mark| verdict.log.contains(mark))
}

/// Tests that did worse, and those that did not run.
fn failing(verdict: &Verdict) -> BTreeSet<String> {
    let worse = verdict.regressed.iter().filter(|id| {
        matches!(
            verdict.tests.get(*id),
            Some(TestStatus::Failed | TestStatus::Error)
        )
    });
    worse.chain(&verdict.missing).cloned().collect()
}

/// A line that says what is wrong, as a regular expression that all logs match, and its class.
fn message(
    kind: Kind,
    stage: Stage,
    verdicts: &[Verdict],
    failing: &BTreeSet<String>,
) -> Result<(String, ErrorClass), (Reason, String)> {
    let log = &verdicts[0].log;
    let main = main_error(log);
    // What was done is known; of what does not compile the log says more.
    let class = match kind {
        Kind::Mutation => ErrorClass::Test,
        Kind::Configuration => ErrorClass::Configuration,
        Kind::Environment => ErrorClass::Environment,
        Kind::Dependency => ErrorClass::Dependency,
        Kind::Compile => main.as_ref().map_or(ErrorClass::Other, |error| error.class),
    };
    let plain = main.map(|error| error.line);
    let named = failing
        .first()
        .map(|id| id.rsplit([':', '/']).next().unwrap_or(id).to_owned());
    let status = log
        .lines()
        .rfind(|line| line.starts_with("[ended "))
        .map(str::to_owned);
    let fits = |pattern: &String| {
        !pattern.is_empty()
            && Regex::new(pattern)
                .is_ok_and(|regex| verdicts.iter().all(|verdict| regex.is_match(&verdict.log)))
    };
    [plain, named, status]
        .into_iter()
        .flatten()
        .map(|line| pattern(&line))
        .find(fits)
        .map(|message| (message, class))
        .ok_or_else(|| (Reason::Unclear, format!("{stage:?}: {}", last_line(log))))
}

/// A line as a regular expression: what changes from run to run may be anything.
fn pattern(line: &str) -> String {
    // pytest marks lines of an error.
    let line = line.trim();
    let line = line.strip_prefix("E  ").unwrap_or(line).trim_start();
    let cut: String = line.chars().take(MAX_MESSAGE).collect();
    let escaped = regex::escape(&cut);
    let volatile = [
        (r"0x[0-9a-f]+", "0x[0-9a-f]+"),
        (r"[0-9]+\\\.[0-9]+ ?(m?s|seconds)\b", "[0-9.]+ ?m?s"),
    ];
    volatile
        .iter()
        .fold(escaped, |text, (from, to)| match Regex::new(from) {
            Ok(regex) => regex.replace_all(&text, regex::NoExpand(to)).into_owned(),
            Err(_) => text,
        })
}

fn last_line(log: &str) -> String {
    let line = log.lines().rfind(|line| !line.trim().is_empty());
    line.unwrap_or("").chars().take(160).collect()
}

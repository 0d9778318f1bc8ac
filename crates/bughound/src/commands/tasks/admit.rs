//! `bughound tasks check` of build tasks: which of them can be believed?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bughound_testbed::admission::{Admission, CheckSettings, check};
use bughound_testbed::{FaultKind, Suite};
use serde_json::json;

use crate::args::{ReportFormat, TasksCheckArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Checks the tasks in `folder`, or the shipped ones.
pub(super) fn run(
    folder: Option<&Path>,
    args: &TasksCheckArgs,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let selection = &args.selection;
    let suite = chosen_suite(folder, &selection.instance, selection.limit)?;
    let testbed = settings.testbed()?;
    let check_settings = CheckSettings {
        repeat: args.repeat as usize,
        jobs: jobs(settings),
        max_seconds: args.max_seconds,
        quick: args.quick,
    };
    let bar = settings
        .progress
        .bar(suite.entries.len() as u64, "Checking build tasks");
    let working: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let say = |working: &BTreeMap<String, String>| {
        let all: Vec<String> = working
            .iter()
            .map(|(id, what)| format!("{id}: {what}"))
            .collect();
        bar.say(all.join(" | "));
    };
    let admissions = check(
        &testbed,
        &suite,
        &check_settings,
        &|id, what| {
            let mut working = working.lock().unwrap_or_else(PoisonError::into_inner);
            working.insert(id.to_owned(), what.to_owned());
            say(&working);
        },
        &|admission| {
            let mut working = working.lock().unwrap_or_else(PoisonError::into_inner);
            working.remove(&admission.id);
            bar.step();
            say(&working);
        },
    );
    drop(bar);
    let (admitted, quarantined): (Vec<_>, Vec<_>) =
        admissions.iter().partition(|admission| admission.admitted);
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-build-tasks-check/1",
            "admitted": admitted,
            "quarantined": quarantined,
        }))?,
        ReportFormat::Text => output::print(&text(&admissions))?,
    }
    outcome(&quarantined, admissions.len())
}

/// The suite in `folder`, or the shipped one, without what was not asked for.
///
/// # Errors
/// The folder has no task, or none of a name.
pub(crate) fn chosen_suite(
    folder: Option<&Path>,
    wanted: &[String],
    limit: Option<usize>,
) -> anyhow::Result<Suite> {
    let mut suite = match folder {
        Some(folder) => {
            Suite::read(folder).map_err(|error| Failure::bad_input(error.to_string()))?
        }
        None => Suite::shipped(),
    };
    let unknown: Vec<&str> = wanted
        .iter()
        .filter(|id| !suite.entries.iter().any(|entry| entry.id == **id))
        .map(String::as_str)
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::bad_input(format!("no task is called {}", unknown.join(", "))).into());
    }
    suite
        .entries
        .retain(|entry| wanted.is_empty() || wanted.contains(&entry.id));
    suite.entries.truncate(limit.unwrap_or(usize::MAX));
    Ok(suite)
}

/// How many sandboxes work at once.
pub(crate) fn jobs(settings: &Settings) -> usize {
    settings
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}

fn text(admissions: &[Admission]) -> String {
    let mut text = String::new();
    let width = admissions
        .iter()
        .map(|admission| admission.id.len())
        .max()
        .unwrap_or(0);
    for admission in admissions {
        let verdict = if admission.admitted {
            "admitted"
        } else {
            "quarantined"
        };
        let _ = writeln!(
            text,
            "{:width$}  {verdict:11}  {:10}  {:>4} tests  {:>6.2} s  flakes {:.1} % of {}",
            admission.id,
            admission.language,
            admission.n_tests,
            admission.seconds,
            admission.flake_rate * 100.0,
            2 * admission.repeat,
        );
        for reason in &admission.reasons {
            for line in reason.lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for admission in admissions.iter().filter(|admission| admission.admitted) {
        *languages.entry(&admission.language).or_default() += 1;
    }
    let by_language: Vec<String> = languages
        .iter()
        .map(|(language, n)| format!("{language} {n}"))
        .collect();
    let n_admitted: usize = languages.values().sum();
    let _ = writeln!(
        text,
        "{n_admitted} of {} tasks admitted: {}",
        admissions.len(),
        by_language.join(", ")
    );
    text
}

/// Tasks that are wrong are bad input; tasks that could not be checked are the machine's fault.
fn outcome(quarantined: &[&Admission], n: usize) -> anyhow::Result<Outcome> {
    if quarantined.is_empty() {
        return Ok(Outcome::Found);
    }
    let unchecked = |admission: &&&Admission| {
        admission
            .fault
            .as_ref()
            .is_some_and(|fault| fault.kind != FaultKind::Task)
    };
    let n_unchecked = quarantined.iter().filter(unchecked).count();
    let message = format!("{} of {n} tasks are quarantined", quarantined.len());
    if n_unchecked == quarantined.len() {
        return Err(Failure::infrastructure(format!(
            "{message}: this machine could not check them"
        ))
        .into());
    }
    Err(Failure::bad_input(message).into())
}

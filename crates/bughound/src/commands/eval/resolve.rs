//! `bughound eval resolve`: how many tasks do predicted patches resolve?

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use bughound_resolve::project::environment_in;
use bughound_resolve::score::{
    Instance, Journal, Origin, Outcome as Fate, Prediction, Resolved, Tests, measure, of_swe_bench,
    of_task, read_predictions, report_text, resolve, summary,
};
use bughound_tasks::{OnMalformed, RepoMap, Task as Issue, read_tasks};
use bughound_testbed::{Fault, FaultKind, Task, Testbed, sha256};
use serde_json::json;

use crate::args::{EvalResolveArgs, ReportFormat};
use crate::exit::{Failure, Kind, Outcome};
use crate::interrupt::Flag;
use crate::output;
use crate::settings::{Settings, repo_map};

/// A task as it was asked for: made, or why not; tests of a data set.
struct Asked {
    id: String,
    task: Result<Task, Fault>,
    tests: Option<Tests>,
}

/// Where patches come from.
enum Source {
    Gold,
    Empty,
    Given(BTreeMap<String, Prediction>),
}

/// Judges, and prints the numbers.
pub(super) fn run(args: &EvalResolveArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let source = source(&args.predictions)?;
    let asked = match (&args.dataset, &args.recipes) {
        (Some(dataset), Some(recipes)) => of_dataset(args, dataset, recipes, settings)?,
        _ => of_suite(args)?,
    };
    if let Source::Given(given) = &source {
        let known = |id: &str| asked.iter().any(|it| it.id == id);
        let others: Vec<&str> = given
            .keys()
            .map(String::as_str)
            .filter(|id| !known(id))
            .collect();
        if let Some(first) = others.first() {
            settings.warn(&format!(
                "{} predictions are for tasks that were not asked for, such as {first}",
                others.len()
            ));
        }
    }
    let testbed = settings.testbed()?;
    let journal = match &args.out {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            Some(Mutex::new(Journal::open(&folder.join("resolved.jsonl"))?))
        }
        None => None,
    };
    let flag = Flag::take();
    let bar = settings.progress.bar(asked.len() as u64, "Resolving");
    let next = AtomicUsize::new(0);
    let records: Mutex<Vec<Option<Resolved>>> = Mutex::new(vec![None; asked.len()]);
    let lost: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..super::super::tasks::jobs(settings) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = asked.get(at) else { return };
                    if flag.is_set() {
                        return;
                    }
                    bar.say(one.id.clone());
                    match judged(one, &source, &testbed, journal.as_ref()) {
                        Ok(record) => {
                            records.lock().unwrap_or_else(PoisonError::into_inner)[at] =
                                Some(record);
                        }
                        Err(error) => {
                            *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                            return;
                        }
                    }
                    bar.step();
                }
            });
        }
    });
    drop(bar);
    if let Some(error) = lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let records = records.into_inner().unwrap_or_else(PoisonError::into_inner);
    let n_asked = records.len();
    let records: Vec<Resolved> = records.into_iter().flatten().collect();
    if records.len() < n_asked {
        return Err(Failure::new(
            Kind::Interrupted,
            format!(
                "interrupted: {} of {n_asked} tasks were judged",
                records.len()
            ),
        )
        .hint("with --out DIR the same command goes on where it was")
        .into());
    }
    report(args, &records)?;
    outcome(&records)
}

fn report(args: &EvalResolveArgs, records: &[Resolved]) -> anyhow::Result<()> {
    let document = json!({
        "format": "bughound-resolve/1",
        "summary": summary(records),
        "instances": records,
    });
    if let Some(folder) = &args.out {
        output::write_file(&folder.join("results.json"), |file| {
            Ok(serde_json::to_writer_pretty(file, &document)?)
        })?;
    }
    match args.format {
        ReportFormat::Text => output::print(&report_text(records)),
        ReportFormat::Json => output::print_json(&document),
    }
}

/// A fault that is nobody's patch's is an error of ours, after all that is known was printed.
fn outcome(records: &[Resolved]) -> anyhow::Result<Outcome> {
    let faults: Vec<&Resolved> = records
        .iter()
        .filter(|record| record.outcome == Fate::Fault)
        .collect();
    let Some(first) = faults.first() else {
        return Ok(Outcome::Found);
    };
    let what = first.fault.as_ref().map_or("", |fault| fault.what.as_str());
    let message = format!(
        "nothing is known of {} of {} tasks, which are in no number; {}: {what}",
        faults.len(),
        records.len(),
        first.instance_id
    );
    let is_input = faults.iter().all(|it| {
        it.fault
            .as_ref()
            .is_some_and(|it| it.kind == FaultKind::Task)
    });
    Err(if is_input {
        Failure::bad_input(message)
    } else {
        Failure::infrastructure(message).hint("with --out DIR the same command tries them again")
    }
    .into())
}

fn source(named: &Path) -> anyhow::Result<Source> {
    match named.to_str() {
        Some("gold") => return Ok(Source::Gold),
        Some("empty") => return Ok(Source::Empty),
        _ => {}
    }
    let wrong = |what: String| Failure::bad_input(format!("{}: {what}", named.display()));
    let text = std::fs::read_to_string(named).map_err(|error| {
        wrong(format!("cannot be read: {error}"))
            .hint("name a file of predictions, or `gold` or `empty`")
    })?;
    let predictions = read_predictions(&text).map_err(|error| wrong(error.to_string()))?;
    let by_id = predictions
        .into_iter()
        .map(|prediction| (prediction.instance_id.clone(), prediction));
    Ok(Source::Given(by_id.collect()))
}

fn of_suite(args: &EvalResolveArgs) -> anyhow::Result<Vec<Asked>> {
    let suite =
        super::super::tasks::chosen_suite(args.suite.as_deref(), &args.instance, args.limit)?;
    let entries = suite.entries.into_iter();
    Ok(entries
        .map(|entry| Asked {
            id: entry.id,
            task: entry.task.map_err(|error| task_fault(error.to_string())),
            tests: None,
        })
        .collect())
}

fn of_dataset(
    args: &EvalResolveArgs,
    dataset: &Path,
    recipes: &Path,
    settings: &Settings,
) -> anyhow::Result<Vec<Asked>> {
    let set = read_tasks(dataset, OnMalformed::Stop)?;
    let unknown: Vec<&str> = args
        .instance
        .iter()
        .map(String::as_str)
        .filter(|id| !set.tasks.iter().any(|task| task.instance_id == *id))
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::bad_input(format!("no task is called {}", unknown.join(", "))).into());
    }
    super::super::warn_of(settings, dataset, &set.findings);
    let repos = args
        .repos
        .any()
        .then(|| repo_map(&args.repos))
        .transpose()?;
    let chosen = set
        .tasks
        .iter()
        .filter(|task| args.instance.is_empty() || args.instance.contains(&task.instance_id));
    Ok(chosen
        .take(args.limit.unwrap_or(usize::MAX))
        .map(|issue| Asked {
            id: issue.instance_id.clone(),
            task: task_of(issue, recipes, repos.as_ref()).map_err(task_fault),
            tests: Some(Tests {
                fail_to_pass: issue.fail_to_pass.clone(),
                pass_to_pass: issue.pass_to_pass.clone(),
                origin: Origin::Dataset,
            }),
        })
        .collect())
}

fn task_of(issue: &Issue, recipes: &Path, repos: Option<&RepoMap>) -> Result<Task, String> {
    let environment = environment_in(&recipes.join(&issue.instance_id))?;
    let repo = repos
        .map(|repos| repos.find(&issue.repo))
        .transpose()
        .map_err(|error| error.to_string())?;
    of_swe_bench(issue, &environment, repo.as_deref())
}

fn task_fault(what: String) -> Fault {
    Fault {
        kind: FaultKind::Task,
        what,
    }
}

/// Judges one task, unless the journal knows it.
fn judged(
    asked: &Asked,
    source: &Source,
    testbed: &Testbed,
    journal: Option<&Mutex<Journal>>,
) -> anyhow::Result<Resolved> {
    let task = match &asked.task {
        Ok(task) => task,
        Err(fault) => return Ok(Resolved::of_fault(&asked.id, fault.clone())),
    };
    let patch = match source {
        Source::Gold => None,
        Source::Empty => Some(String::new()),
        Source::Given(given) => match given.get(&asked.id) {
            Some(prediction) => Some(prediction.model_patch.clone()),
            None => return Ok(Resolved::without_a_run(&asked.id, Fate::NoPrediction)),
        },
    };
    let prepared = match testbed.prepare(task, &|_| {}) {
        Ok(prepared) => Arc::new(prepared),
        Err(error) => return Ok(Resolved::of_fault(&asked.id, error.into_fault())),
    };
    let state = prepared.digest.clone();
    let key = sha256(format!("{state}\n{}", patch.as_deref().unwrap_or("gold")).as_bytes());
    let known = journal.and_then(|journal| {
        let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.known(&asked.id, &key).cloned()
    });
    if let Some(record) = known {
        return Ok(record);
    }
    let tests = match &asked.tests {
        Some(tests) => tests.clone(),
        None => match measure(testbed, &prepared) {
            Ok(tests) => tests,
            Err(fault) => return Ok(Resolved::of_fault(&asked.id, fault)),
        },
    };
    let instance: Instance = of_task(prepared, tests);
    let patch = patch.unwrap_or_else(|| instance.gold.clone());
    let mut record = resolve(testbed, &instance, &patch);
    record.key = key;
    if let Some(journal) = journal {
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.keep(&record)?;
    }
    Ok(record)
}

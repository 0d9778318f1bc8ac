//! `bughound tasks candidates`: what becomes of fixes that somebody has at hand?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bughound_pipeline::{TriedCandidate, Trying, try_candidates};
use bughound_repair::WorkbenchSettings;
use serde_json::json;

use super::{chosen_suite, jobs, suite};
use crate::args::{ReportFormat, TasksCandidatesArgs};
use crate::exit::{Failure, Kind, Outcome};
use crate::interrupt::Flag;
use crate::output;
use crate::output::traces::Keeper;
use crate::settings::Settings;

/// Tries them and prints the table.
pub(super) fn run(args: &TasksCandidatesArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let keeper = Keeper::open(args.out.as_deref())?;
    let suite = chosen_suite(args.suite.as_deref(), &args.instance, args.limit)?;
    let testbed = settings.testbed()?;
    let tasks = suite::prepared(&testbed, &suite, settings)?;
    let n: usize = tasks
        .iter()
        .map(|task| bughound_pipeline::candidates(task).len())
        .sum();
    let bar = settings.progress.bar(n as u64, "Trying candidates");
    let flag = Flag::take();
    let tried = try_candidates(
        &Trying {
            testbed: &testbed,
            tasks: &tasks,
            tools: WorkbenchSettings::default(),
            jobs: jobs(settings),
            cancel: &flag.token(),
        },
        &|trace| {
            keeper.keep(trace);
            bar.step();
        },
    );
    drop(bar);
    keeper.finish()?;
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-build-tasks-candidates/1",
            "tasks": tasks.len(),
            "tried": tried,
        }))?,
        ReportFormat::Text => output::print(&text(&tried, tasks.len()))?,
    }
    if flag.is_set() {
        let what = format!("stopped after {} of {n} candidates", tried.len());
        return Err(Failure::new(Kind::Interrupted, what).into());
    }
    if !tried.is_empty() && tried.iter().all(|it| it.outcome == "unknown") {
        return Err(Failure::infrastructure("no candidate could be tried").into());
    }
    Ok(if tried.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Found
    })
}

fn text(tried: &[TriedCandidate], n_tasks: usize) -> String {
    let width = |of: &dyn Fn(&TriedCandidate) -> usize| tried.iter().map(of).max().unwrap_or(0);
    let tasks = width(&|it| it.task.len());
    let names = width(&|it| it.candidate.len());
    let mut text = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for it in tried {
        *counts.entry(it.outcome).or_default() += 1;
        let _ = write!(
            text,
            "{:tasks$}  {:names$}  {:12}  {:5.1} s  {}",
            it.task,
            it.candidate,
            it.outcome,
            it.seconds,
            it.why.lines().next().unwrap_or_default()
        );
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    let with: BTreeSet<&str> = tried.iter().map(|it| it.task.as_str()).collect();
    let mended: BTreeSet<&str> = tried
        .iter()
        .filter(|it| it.outcome == "mended")
        .map(|it| it.task.as_str())
        .collect();
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    let _ = writeln!(
        text,
        "{} candidates of {} tasks (of {n_tasks}): {}; {} tasks have one that mends them",
        tried.len(),
        with.len(),
        counts.join(", "),
        mended.len()
    );
    text
}

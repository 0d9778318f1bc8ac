//! `bughound tasks`: look over sets of tasks.

mod admit;
mod candidates;
mod classes;
mod make;
mod mine;
mod split;
mod suite;

pub(crate) use admit::{chosen_suite, jobs};
pub(crate) use suite::prepared;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use bughound_tasks::{
    Finding, FindingKind, GroundTruth, Spread, Stats, Task, TaskCheck, TaskFilter, TaskStats,
    check_tasks, read_tasks, stats, write_tasks,
};
use serde_json::json;

use super::on_malformed;
use crate::args::{
    ReportFormat, TaskSelectionArgs, TasksArgs, TasksCheckArgs, TasksCommand, TasksImportArgs,
    TasksStatsArgs,
};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, needed_repo_map, repo_map};

/// Does what was asked.
pub(crate) fn run(args: &TasksArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.command {
        TasksCommand::Import(args) => import(args, settings),
        TasksCommand::Check(args) => check(args, settings),
        TasksCommand::Stats(args) => statistics(args, settings),
        TasksCommand::Mine(args) => mine::run(args, settings),
        TasksCommand::Make(args) => make::run(args, settings),
        TasksCommand::Split(args) => split::run(args),
        TasksCommand::Classes(args) => classes::run(args, settings),
        TasksCommand::Candidates(args) => candidates::run(args, settings),
    }
}

/// The tasks that were asked for, and how many entries were left out.
struct Chosen {
    tasks: Vec<Task>,
    findings: Vec<Finding>,
    skipped: usize,
}

fn choose(file: &Path, args: &TaskSelectionArgs) -> anyhow::Result<Chosen> {
    let set = read_tasks(file, on_malformed(args.keep_going))?;
    let filter = TaskFilter {
        repos: args.project.clone(),
        ids: args.instance.clone(),
    };
    let unknown = filter.unmatched(&set.tasks);
    if !unknown.is_empty() {
        let message = format!("no task of {} is of {}", file.display(), unknown.join(", "));
        return Err(Failure::bad_input(message).into());
    }
    let tasks = set.tasks.into_iter().filter(|task| filter.takes(task));
    Ok(Chosen {
        tasks: tasks.take(args.limit.unwrap_or(usize::MAX)).collect(),
        findings: set.findings,
        skipped: set.skipped,
    })
}

fn import(args: &TasksImportArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let chosen = choose(&args.file, &args.selection)?;
    super::warn_of(settings, &args.file, &chosen.findings);
    let mut bytes = Vec::new();
    write_tasks(&chosen.tasks, &mut bytes)?;
    match &args.out {
        Some(path) => {
            std::fs::write(path, &bytes)
                .with_context(|| format!("cannot write {}", path.display()))?;
            settings.note(&format!(
                "{} tasks written to {}; entries left out: {}",
                chosen.tasks.len(),
                path.display(),
                chosen.skipped
            ));
        }
        None => output::print(&String::from_utf8_lossy(&bytes))?,
    }
    Ok(Outcome::Found)
}

/// A folder is one of build tasks, a file one of issues.
fn check(args: &TasksCheckArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.suite {
        Some(file) if !file.is_dir() => check_issues(file, args, settings),
        folder => admit::run(folder.as_deref(), args, settings),
    }
}

fn check_issues(
    file: &Path,
    args: &TasksCheckArgs,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let chosen = choose(file, &args.selection)?;
    let bar = settings
        .progress
        .bar(chosen.tasks.len() as u64, "Checking tasks");
    let checks = check_tasks(&chosen.tasks, &repos, &|| bar.step());
    drop(bar);
    if let Some(path) = &args.ground_truth {
        let truths: BTreeMap<&str, &GroundTruth> = checks
            .iter()
            .filter_map(|check| Some((check.instance_id.as_str(), check.ground_truth.as_ref()?)))
            .collect();
        let text = serde_json::to_string_pretty(&truths)? + "\n";
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut findings = chosen.findings;
    for check in &checks {
        findings.extend(
            check
                .findings
                .iter()
                .filter(|finding| !findings.contains(finding))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    let unusable = checks.iter().filter(|check| !is_usable(check)).count();
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-tasks-check/1",
            "tasks": checks.len(),
            "usable": checks.len() - unusable,
            "skipped": chosen.skipped,
            "findings": findings,
        }))?,
        ReportFormat::Text => {
            let mut text = String::new();
            for finding in &findings {
                let _ = writeln!(text, "{finding}");
            }
            let _ = writeln!(
                text,
                "{} tasks, {} usable, {} findings; entries left out: {}",
                checks.len(),
                checks.len() - unusable,
                findings.len(),
                chosen.skipped
            );
            output::print(&text)?;
        }
    }
    if unusable > 0 {
        let message = format!("{unusable} of {} tasks cannot be used", checks.len());
        return Err(Failure::bad_input(message).into());
    }
    Ok(Outcome::Found)
}

/// Whether a policy can work on the task and its answer can be scored. A hunk that fits elsewhere than its
/// header says does no harm.
fn is_usable(check: &TaskCheck) -> bool {
    let can_be_found = check
        .ground_truth
        .as_ref()
        .is_some_and(|truth| !truth.files.is_empty());
    let stands_in_the_way = |finding: &Finding| {
        matches!(
            finding.kind,
            FindingKind::RepositoryMissing
                | FindingKind::CommitMissing
                | FindingKind::EmptyIssue
                | FindingKind::PatchDoesNotApply
        )
    };
    can_be_found && !check.findings.iter().any(stands_in_the_way)
}

fn statistics(args: &TasksStatsArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let chosen = choose(&args.file, &args.selection)?;
    super::warn_of(settings, &args.file, &chosen.findings);
    let checks = if args.repos.any() {
        let repos = repo_map(&args.repos)?;
        let bar = settings
            .progress
            .bar(chosen.tasks.len() as u64, "Checking tasks");
        check_tasks(&chosen.tasks, &repos, &|| bar.step())
    } else {
        settings.note("without --repos or --repo-map it is not known what there is to find");
        Vec::new()
    };
    let truth = |at: usize| checks.get(at).and_then(|check| check.ground_truth.as_ref());
    let stats = stats(
        chosen
            .tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task, truth(at))),
    );
    match args.format {
        ReportFormat::Json => output::print_json(&stats)?,
        ReportFormat::Text => output::print(&stats_text(&stats))?,
    }
    Ok(Outcome::Found)
}

fn stats_text(stats: &Stats) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<32} {:>6} {:>6} {:>12} {:>10} {:>10} {:>12}",
        "project", "tasks", "known", "issue chars", "files", "functions", "no function"
    );
    for (repo, numbers) in &stats.repos {
        write_stats(&mut text, repo, numbers);
    }
    write_stats(&mut text, "all", &stats.all);
    let all = &stats.all;
    let _ = writeln!(
        text,
        "\nof {} tasks with known ground truth: {} with one file, {} with one function, {} edit module-level \
         code, {} add functions, {} add files, {} edit no function, method or class",
        all.with_ground_truth,
        all.single_file,
        all.single_location,
        all.module_level,
        all.new_functions,
        all.new_files,
        all.without_location
    );
    if all.with_ground_truth > 0 {
        let _ = writeln!(
            text,
            "\n{:<12} {:>8} {:>10}",
            "ceiling, %", "file", "function"
        );
        for ceiling in &all.ceilings {
            let _ = writeln!(
                text,
                "{:<12} {:>8.1} {:>10.1}",
                ceiling.metric.to_string(),
                ceiling.file * 100.0,
                ceiling.function * 100.0
            );
        }
    }
    text
}

/// Numbers of files, functions and characters are means.
fn write_stats(text: &mut String, name: &str, stats: &TaskStats) {
    let mean = |spread: &Spread| format!("{:.1}", spread.mean);
    let _ = writeln!(
        text,
        "{name:<32} {:>6} {:>6} {:>12} {:>10} {:>10} {:>12}",
        stats.tasks,
        stats.with_ground_truth,
        format!("{:.0}", stats.issue_chars.mean),
        mean(&stats.files),
        mean(&stats.locations),
        stats.without_function,
    );
}

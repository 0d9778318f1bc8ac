//! `bughound tasks mine`: make tasks of repositories' histories.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use bughound_repo::Repo;
use bughound_tasks::{
    DropReason, IssueTexts, KnownTasks, LeakPolicy, MineRequest, MineSettings, Mined, OnMalformed,
    Recipe, RecipeProject, RepoMap, TEST_PROJECTS, Task, is_permissive, mine, read_tasks,
    write_tasks,
};

use crate::args::{LeaksChoice, MineFilterArgs, TasksMineArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, needed_repo_map};

/// Mines, and prints what came out and what stayed out.
pub(super) fn run(args: &TasksMineArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let mut recipe = match (&args.recipe, &args.project) {
        (Some(file), _) => Recipe::read(file)?,
        (None, name) => Recipe {
            projects: vec![RecipeProject {
                name: name.clone().unwrap_or_default(),
                rev: args.rev.clone(),
                licence: None,
            }],
            ..Recipe::default()
        },
    };
    refine(&mut recipe.filters, &args.filters);
    let issues = match &args.issues {
        Some(file) => IssueTexts::read(file)?,
        None => IssueTexts::default(),
    };
    let mut known = KnownTasks::default();
    TEST_PROJECTS
        .iter()
        .for_each(|name| known.add_project(name));
    for file in &args.exclude {
        known.add(&read_tasks(file, OnMalformed::Stop)?.tasks);
    }
    let bar = settings
        .progress
        .bar(recipe.projects.len() as u64, "Mining");
    let mut tasks = Vec::new();
    let mut table = String::new();
    let mut dropped: BTreeMap<DropReason, usize> = BTreeMap::new();
    for project in &recipe.projects {
        bar.say(format!("Mining {}", project.name));
        let mined = mine_project(project, &recipe.filters, &repos, &issues, &known, settings)?;
        bar.step();
        check_licence(project, &mined, settings);
        if !args.any_licence && !mined.licence.is_some_and(is_permissive) {
            settings.warn(&format!(
                "{} stays out: its licence is {}; --any-licence takes it all the same",
                project.name,
                mined.licence.unwrap_or("not known")
            ));
            continue;
        }
        let _ = writeln!(
            table,
            "{:<40} {:>6} tasks of {:>6} commits, {}",
            project.name,
            mined.tasks.len(),
            mined.n_commits,
            mined.licence.unwrap_or("no known licence"),
        );
        for (reason, n) in mined.dropped {
            *dropped.entry(reason).or_default() += n;
        }
        // Forks and vendored copies share fixes.
        let fresh: Vec<Task> = mined
            .tasks
            .into_iter()
            .filter(|task| {
                let is_new = !known.holds_task(task);
                *dropped.entry(DropReason::Duplicate).or_default() += usize::from(!is_new);
                is_new
            })
            .collect();
        known.add(&fresh);
        tasks.extend(fresh);
    }
    drop(bar);
    let mut bytes = Vec::new();
    write_tasks(&tasks, &mut bytes)?;
    std::fs::write(&args.out, &bytes)
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    if !settings.quiet {
        output::print(&text(&table, tasks.len(), &dropped, &args.out))?;
    }
    Ok(if tasks.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Found
    })
}

fn mine_project(
    project: &RecipeProject,
    filters: &MineSettings,
    repos: &RepoMap,
    issues: &IssueTexts,
    known: &KnownTasks,
    settings: &Settings,
) -> anyhow::Result<Mined> {
    if known.holds_project(&project.name) {
        return Err(Failure::bad_input(format!(
            "{} is one of the projects that SWE-bench tests on; nothing of it may be trained on",
            project.name
        ))
        .into());
    }
    let path = repos
        .find(&project.name)
        .map_err(|error| Failure::bad_input(error.to_string()))?;
    let repo = Repo::open(&path)?;
    Ok(mine(&MineRequest {
        repo: &repo,
        name: &project.name,
        rev: &project.rev,
        settings: filters,
        issues,
        known,
        store: &settings.store,
    })?)
}

fn check_licence(project: &RecipeProject, mined: &Mined, settings: &Settings) {
    if let Some(written) = &project.licence
        && mined.licence != Some(written.as_str())
    {
        settings.warn(&format!(
            "{}: the recipe says {written}, its files say {}",
            project.name,
            mined.licence.unwrap_or("nothing that is known")
        ));
    }
}

/// What the command line says wins over the recipe.
fn refine(settings: &mut MineSettings, args: &MineFilterArgs) {
    settings.fixes_only &= !args.any_message;
    settings.with_tests_only |= args.with_tests;
    let set = |target: &mut usize, given: Option<usize>| {
        if let Some(given) = given {
            *target = given;
        }
    };
    set(&mut settings.max_files, args.max_files);
    set(&mut settings.max_lines, args.max_lines);
    set(&mut settings.max_locations, args.max_locations);
    set(&mut settings.min_statement_chars, args.min_chars);
    settings.max_tasks = args.max_tasks.or(settings.max_tasks);
    if let Some(leaks) = args.leaks {
        settings.leaks = match leaks {
            LeaksChoice::Keep => LeakPolicy::Keep,
            LeaksChoice::Paths => LeakPolicy::Paths,
            LeaksChoice::Names => LeakPolicy::Names,
        };
    }
}

fn text(table: &str, n_tasks: usize, dropped: &BTreeMap<DropReason, usize>, out: &Path) -> String {
    let mut text = table.to_owned();
    text.push_str("left out:\n");
    for (reason, n) in dropped.iter().filter(|(_, n)| **n > 0) {
        let _ = writeln!(text, "  {n:>7}  {}", reason.about());
    }
    let _ = writeln!(text, "{n_tasks} tasks written to {}", out.display());
    text
}

//! `bughound train pairs`: make pairs of words and code.

use bughound_tasks::{OnMalformed, Recipe, Task, read_tasks};
use bughound_train::pairs::{ExportRequest, PairLimits, export_pairs};

use crate::args::TrainPairsArgs;
use crate::exit::{Failure, Outcome};
use crate::settings::{Settings, needed_repo_map};

/// Makes the pairs, and says how many there are.
pub(crate) fn run(args: &TrainPairsArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let recipe = Recipe::read(&args.recipe)?;
    let mut tasks: Vec<Task> = Vec::new();
    for file in &args.tasks {
        tasks.extend(read_tasks(file, OnMalformed::Stop)?.tasks);
    }
    let bar = settings
        .progress
        .bar(recipe.projects.len() as u64, "Pairing");
    let (pairs, summary) = export_pairs(&ExportRequest {
        projects: &recipe.projects,
        repos: &repos,
        tasks: &tasks,
        limits: PairLimits {
            max_commits: args.max_commits,
            max_docstrings: args.max_docstrings,
            ..PairLimits::default()
        },
        store: &settings.store,
        on_project: &|name, n| {
            bar.say(format!("{name}: {n} pairs"));
            bar.step();
        },
    })?;
    drop(bar);
    for (project, reason) in &summary.left_out {
        settings.warn(&format!("{project} is left out: {reason}"));
    }
    if pairs.pairs.is_empty() {
        return Err(Failure::bad_input("no pair could be made of these projects").into());
    }
    pairs.write(&args.out)?;
    let counts: Vec<String> = summary
        .by_kind
        .iter()
        .map(|(kind, n)| format!("{n} of a {kind}"))
        .collect();
    settings.note(&format!(
        "{} pairs written to {}: {}; {} functions, {} words",
        pairs.pairs.len(),
        args.out.display(),
        counts.join(", "),
        pairs.n_documents(),
        pairs.vocabulary.len(),
    ));
    Ok(Outcome::Found)
}

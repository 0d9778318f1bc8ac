//! `bughound train worlds`: turn tasks into worlds.

use std::num::NonZeroUsize;

use bughound_tasks::{OnMalformed, Task, TaskFilter, read_tasks};
use bughound_train::Watch;
use bughound_train::navigation::{CollectWorlds, WorldFolder, collect_worlds};

use crate::args::TrainWorldsArgs;
use crate::exit::{Failure, Outcome};
use crate::interrupt::Flag;
use crate::progress::Bar;
use crate::settings::{Settings, needed_repo_map};

/// Collects, and says what came of it.
pub(crate) fn run(args: &TrainWorldsArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let filter = TaskFilter {
        repos: args.project.clone(),
        ids: Vec::new(),
    };
    let mut tasks: Vec<Task> = Vec::new();
    for file in &args.tasks {
        let set = read_tasks(file, OnMalformed::Stop)?;
        tasks.extend(set.tasks.into_iter().filter(|task| filter.takes(task)));
    }
    let unknown = filter.unmatched(&tasks);
    if !unknown.is_empty() {
        let message = format!("there is no task of {}", unknown.join(", "));
        return Err(Failure::bad_input(message).into());
    }
    let out = WorldFolder::create(&args.out)?;
    let threads = NonZeroUsize::new(rayon::current_num_threads()).unwrap_or(NonZeroUsize::MIN);
    let jobs = args
        .jobs
        .and_then(|jobs| NonZeroUsize::new(usize::from(jobs)))
        .unwrap_or(threads);
    let watch = Shown {
        bar: settings.progress.bar(tasks.len() as u64, "Collecting"),
        flag: Flag::take(),
    };
    let summary = collect_worlds(&CollectWorlds {
        tasks: &tasks,
        repos: &repos,
        store: &settings.store,
        out: &out,
        max_per_project: args.max_per_project,
        jobs,
        watch: &watch,
    })?;
    drop(watch);
    for (kind, (n, message)) in &summary.obstacles {
        settings.warn(&format!("{n} tasks left out, {kind}: {message}"));
    }
    settings.note(&format!(
        "{} worlds written to {}; {} projects were there before; {} tasks whose fix changes no function or class that \
         was there",
        summary.n_examples,
        args.out.display(),
        summary.n_projects_before,
        summary.n_without_answer,
    ));
    if summary.n_examples == 0 && summary.n_projects_before == 0 {
        return Err(Failure::bad_input("no world could be made of these tasks").into());
    }
    Ok(Outcome::Found)
}

struct Shown {
    bar: Bar,
    flag: Flag,
}

impl Watch for Shown {
    fn step(&self) {
        self.bar.step();
    }

    fn should_stop(&self) -> bool {
        self.flag.is_set()
    }
}

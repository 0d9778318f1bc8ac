//! `bughound train collect` and `train worlds`: turn tasks into what is learnt from.

use std::num::NonZeroUsize;

use bughound_tasks::{OnMalformed, Task, TaskFilter, read_tasks};
use bughound_train::navigation::{WorldFolder, collect_worlds};
use bughound_train::{
    CollectRequest, CollectSummary, ExampleFolder, TrainError, Watch, collect_examples,
};

use crate::args::TrainCollectArgs;
use crate::exit::{Failure, Outcome};
use crate::interrupt::Flag;
use crate::progress::Bar;
use crate::settings::{Settings, needed_repo_map};

/// Collects examples for the ranking network.
pub(crate) fn run(args: &TrainCollectArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let collect = |request: &CollectRequest<'_>| {
        collect_examples(request, &ExampleFolder::create(&args.out)?)
    };
    collected(args, settings, "examples", &collect)
}

/// Collects worlds for policies that choose what to read.
pub(crate) fn run_worlds(args: &TrainCollectArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let collect =
        |request: &CollectRequest<'_>| collect_worlds(request, &WorldFolder::create(&args.out)?);
    collected(args, settings, "worlds", &collect)
}

/// Collects, and says what came of it.
fn collected(
    args: &TrainCollectArgs,
    settings: &Settings,
    things: &str,
    collect: &dyn Fn(&CollectRequest<'_>) -> Result<CollectSummary, TrainError>,
) -> anyhow::Result<Outcome> {
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
    let threads = NonZeroUsize::new(rayon::current_num_threads()).unwrap_or(NonZeroUsize::MIN);
    let jobs = args
        .jobs
        .and_then(|jobs| NonZeroUsize::new(usize::from(jobs)))
        .unwrap_or(threads);
    let watch = Shown {
        bar: settings.progress.bar(tasks.len() as u64, "Collecting"),
        flag: Flag::take(),
    };
    let summary = collect(&CollectRequest {
        tasks: &tasks,
        repos: &repos,
        store: &settings.store,
        max_per_project: args.max_per_project,
        jobs,
        watch: &watch,
    })?;
    drop(watch);
    for (kind, (n, message)) in &summary.obstacles {
        settings.warn(&format!("{n} tasks left out, {kind}: {message}"));
    }
    settings.note(&format!(
        "{} {things} written to {}; {} projects were there before; {} tasks whose fix changes nothing that was there",
        summary.n_written,
        args.out.display(),
        summary.n_projects_before,
        summary.n_without_answer,
    ));
    if summary.n_written == 0 && summary.n_projects_before == 0 {
        let message = format!("no {things} could be made of these tasks");
        return Err(Failure::bad_input(message).into());
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

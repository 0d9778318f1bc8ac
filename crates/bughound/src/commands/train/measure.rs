//! `bughound train measure-encoder`: what the encoder brings to the hand-weighted ranking.

use bughound_metrics::BootstrapSettings;
use bughound_rollout::open_repos;
use bughound_tasks::{OnMalformed, Task, read_tasks};
use bughound_train::choose_tasks;
use bughound_train::encoder::{
    MeasureRequest, TaskScores, UnseenEncoders, VIEWS, WEIGHTS, cross_validated, score_tasks,
};

use super::encoders::{read, read_halves};
use crate::args::TrainMeasureArgs;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, needed_repo_map};

/// Measures, and prints a table for each part of an issue that the encoder may read.
pub(crate) fn run(args: &TrainMeasureArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let mut tasks: Vec<Task> = Vec::new();
    for file in &args.tasks {
        tasks.extend(read_tasks(file, OnMalformed::Stop)?.tasks);
    }
    let halves = read_halves(&args.halves)?;
    let one = args.encoder.as_deref().map(read).transpose()?;
    let encoders = match (halves, one) {
        (Some(halves), _) => halves,
        (None, Some(one)) => UnseenEncoders {
            of_a: one.clone(),
            of_b: one,
        },
        (None, None) => return Err(Failure::bad_input("no encoder was given").into()),
    };
    let chosen: Vec<&Task> = choose_tasks(&tasks, args.max_per_project.unwrap_or(0))
        .into_values()
        .flatten()
        .collect();
    let opened = open_repos(&tasks, &repos);
    let bar = settings.progress.bar(chosen.len() as u64, "Measuring");
    let (scores, obstacles) = score_tasks(&MeasureRequest {
        tasks: &chosen,
        repos: &opened,
        encoders: &encoders,
        store: &settings.store,
        on_task: &|| bar.step(),
    });
    drop(bar);
    if let Some(first) = obstacles.first() {
        settings.warn(&format!("{} tasks left out: {first}", obstacles.len()));
    }
    if scores.is_empty() {
        return Err(Failure::bad_input("no task of these could be measured").into());
    }
    output::print(&report(&scores))?;
    Ok(Outcome::Found)
}

fn report(scores: &[TaskScores]) -> String {
    let mean = |value: &dyn Fn(&TaskScores) -> f64| {
        100.0 * scores.iter().map(value).sum::<f64>() / scores.len() as f64
    };
    let mut lines = vec![format!("{} tasks with changed functions", scores.len())];
    for (view, name) in VIEWS.iter().enumerate() {
        lines.push(format!(
            "\n{name}\n{:<14}{:>8}{:>8}{:>8}{:>8}{:>8}",
            "", "R@1", "R@5", "R@10", "R@50", "R@200"
        ));
        let row = |label: &str, recall: &dyn Fn(&TaskScores, usize) -> f64| {
            let cells: String = [1, 5, 10, 50, 200]
                .map(|k| format!("{:>8.1}", mean(&|task| recall(task, k))))
                .concat();
            format!("{label:<14}{cells}")
        };
        lines.push(row("encoder alone", &|task, k| {
            task.recall_of_encoder(view, k)
        }));
        for weight in WEIGHTS {
            let label = format!("hand + {weight}");
            lines.push(row(&label, &|task, k| task.recall(view, weight, k)));
        }
        for k in [5, 10, 50] {
            let found = cross_validated(scores, view, k, &BootstrapSettings::default());
            let interval = found.interval.map_or_else(String::new, |interval| {
                format!(
                    " [{:+.1}, {:+.1}]",
                    100.0 * interval.low,
                    100.0 * interval.high
                )
            });
            lines.push(format!(
                "cross-validated R@{k}: {:.1} -> {:.1}, {:+.1}{interval}, p = {:.3}",
                100.0 * found.mean_a,
                100.0 * found.mean_b,
                100.0 * found.difference,
                found.p_value,
            ));
        }
        for (n_hand, n) in [(200, 200), (150, 200), (100, 200), (300, 300), (200, 300)] {
            lines.push(format!(
                "ceiling, {n_hand} by hand, {} more by the encoder: {:.1}",
                n - n_hand,
                mean(&|task| task.ceiling(view, n_hand, n))
            ));
        }
    }
    lines.join("\n") + "\n"
}

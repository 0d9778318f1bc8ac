//! `bughound transfer`: does what a policy can do in one repair pipeline hold in the other?

use std::fmt::Write as _;
use std::path::Path;

use bughound_agent::Policy;
use bughound_metrics::{BootstrapSettings, Interval, bootstrap_mean};
use bughound_pipeline::{
    Cell, KnownFixPolicy, NoOpPolicy, PIPELINES, Past, Pipeline, Transfer, pipeline, transfer,
};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_trace::TraceReader;
use serde_json::json;

use crate::args::{ReportFormat, TransferArgs};
use crate::exit::{Failure, Kind, Outcome};
use crate::interrupt::Flag;
use crate::output;
use crate::output::traces::Keeper;
use crate::settings::{Settings, agent, judge};

/// Runs and prints the matrix.
pub(crate) fn run(args: &TransferArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let knowledge = match &args.knowledge {
        Some(folder) => {
            Knowledge::read(folder).map_err(|error| Failure::bad_input(error.to_string()))?
        }
        None => Knowledge::built_in(),
    };
    let past = past(args.out.as_deref(), settings)?;
    let keeper = Keeper::open(args.out.as_deref())?;
    let suite = super::tasks::chosen_suite(args.suite.as_deref(), &args.instance, args.limit)?;
    let testbed = settings.testbed()?;
    let judge = judge::of_pipeline(&args.judge, &testbed, super::tasks::jobs(settings))?;
    let tasks = super::tasks::prepared(&testbed, &suite, settings)?;
    let asked = match args.agent.policy.as_str() {
        "hound" => None,
        "navigator" => {
            return Err(
                Failure::usage("`--policy navigator` searches, and repairs nothing").into(),
            );
        }
        _ => Some(agent::policy(&args.agent, super::tasks::jobs(settings))?),
    };
    let known = KnownFixPolicy::new(tasks.iter().map(AsRef::as_ref));
    let mut policies: Vec<&dyn Policy> = asked.iter().map(AsRef::as_ref).collect();
    if !args.no_controls {
        policies.extend([&known as &dyn Policy, &NoOpPolicy]);
    }
    if policies.is_empty() {
        return Err(
            Failure::usage("`--no-controls` leaves nothing to run: name a `--policy`").into(),
        );
    }
    let pipelines: Vec<&'static Pipeline> = match args.pipeline.as_slice() {
        [] => PIPELINES.to_vec(),
        names => names.iter().filter_map(|name| pipeline(name)).collect(),
    };

    let n = tasks.len() * args.attempts as usize * policies.len() * pipelines.len();
    let bar = settings.progress.bar(n as u64, "Repairing");
    let flag = Flag::take();
    let cells = transfer(
        &Transfer {
            testbed: &testbed,
            tasks: &tasks,
            policies: &policies,
            pipelines: &pipelines,
            knowledge: &knowledge,
            judge: judge
                .as_ref()
                .map(|judge| judge as &dyn bughound_pipeline::Judge),
            tools: WorkbenchSettings::default(),
            attempts: args.attempts,
            jobs: super::tasks::jobs(settings),
            seed: args.agent.seed,
            timed: true,
            past: &past,
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
            "format": "bughound-transfer/1",
            "tasks": tasks.len(),
            "attempts": args.attempts,
            "cells": cells.iter().map(cell).collect::<Vec<_>>(),
        }))?,
        ReportFormat::Text => output::print(&text(&cells, tasks.len(), args.attempts))?,
    }
    outcome(&cells, n, flag.is_set())
}

/// Episodes that `--out` holds already and that were judged.
fn past(out: Option<&Path>, settings: &Settings) -> anyhow::Result<Vec<Past>> {
    let Some(path) = out.filter(|path| path.is_file()) else {
        return Ok(Vec::new());
    };
    let mut past = Vec::new();
    for trace in TraceReader::open(path)? {
        past.extend(Past::of(&trace?));
    }
    if !past.is_empty() {
        settings.note(&format!(
            "{} has {} episodes that were judged; those that are asked for are not run again",
            path.display(),
            past.len()
        ));
    }
    Ok(past)
}

/// Whether all was run, and the controls got what they must.
fn outcome(cells: &[Cell], n: usize, is_stopped: bool) -> anyhow::Result<Outcome> {
    if is_stopped {
        let n_run: usize = cells.iter().map(|cell| cell.episodes + cell.masked).sum();
        return Err(Failure::new(
            Kind::Interrupted,
            format!("stopped after {n_run} of {n} episodes"),
        )
        .hint("the same command with the same `--out` goes on with the rest")
        .into());
    }
    let wrong: Vec<String> = cells
        .iter()
        .flat_map(|cell| amiss(cell).into_iter().map(move |id| (cell, id)))
        .map(|(cell, id)| format!("{} in {}: {id}", cell.policy, cell.pipeline))
        .collect();
    if !wrong.is_empty() {
        let what = format!(
            "the environment is amiss, its controls say: {}",
            wrong.join("; ")
        );
        return Err(Failure::infrastructure(what).into());
    }
    if cells.iter().all(|cell| cell.episodes == 0) {
        return Err(Failure::infrastructure("no episode could be judged").into());
    }
    Ok(Outcome::Found)
}

/// The tasks on which a control did not get what it must.
fn amiss(cell: &Cell) -> Vec<&str> {
    let must = match cell.policy.as_str() {
        "known-fix" => 1.0,
        "no-op" => 0.0,
        _ => return Vec::new(),
    };
    let differs = cell
        .by_task
        .iter()
        .filter(|(_, value)| (**value - must).abs() > 1e-9);
    let masked = cell.why_masked.iter().map(|(id, _)| id.as_str());
    differs.map(|(id, _)| id.as_str()).chain(masked).collect()
}

fn interval(cell: &Cell) -> Option<Interval> {
    let values: Vec<f64> = cell.by_task.values().copied().collect();
    bootstrap_mean(&values, &BootstrapSettings::default())
}

fn cell(cell: &Cell) -> serde_json::Value {
    let mut value = json!(cell);
    if let Some(interval) = interval(cell) {
        value["interval"] = json!([interval.low, interval.high]);
    }
    value
}

fn text(cells: &[Cell], n_tasks: usize, attempts: u32) -> String {
    let mut text = String::from(
        "policy          pipeline             success   95 % interval   judged  masked  median\n",
    );
    for cell in cells {
        let bounds = interval(cell).map_or(String::new(), |interval| {
            format!(
                "{:.1} to {:.1}",
                interval.low * 100.0,
                interval.high * 100.0
            )
        });
        let _ = writeln!(
            text,
            "{:15} {:18} {:7.1} %   {:14} {:7} {:7}  {:.1} s",
            cell.policy,
            cell.pipeline,
            cell.mean * 100.0,
            bounds,
            cell.episodes,
            cell.masked,
            cell.milliseconds as f64 / 1000.0,
        );
    }
    for cell in cells {
        for (id, why) in &cell.why_masked {
            let why = why.lines().next().unwrap_or_default();
            let _ = writeln!(
                text,
                "masked: {} in {}: {id}: {why}",
                cell.policy, cell.pipeline
            );
        }
    }
    let _ = writeln!(
        text,
        "Success: episodes whose change builds and passes in a fresh copy, averaged by task, then over {n_tasks} tasks \
         (attempts of each: {attempts}); tasks are resampled for the interval. Masked: says nothing, something failed that no policy is to blame for."
    );
    text
}

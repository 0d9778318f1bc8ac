//! `bughound transfer`: does what a policy can do in one repair pipeline hold in the other?

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use bughound_agent::Policy;
use bughound_metrics::{BootstrapSettings, Interval, bootstrap_mean};
use bughound_pipeline::{
    Cell, KnownFixPolicy, NoOpPolicy, PIPELINES, Pipeline, Transfer, pipeline, transfer,
};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_testbed::{Prepared, Suite, Testbed};
use bughound_trace::TraceWriter;
use serde_json::json;

use crate::args::{ReportFormat, TransferArgs};
use crate::exit::{Failure, Outcome};
use crate::interrupt::Flag;
use crate::output;
use crate::settings::{Settings, agent};

/// Runs and prints the matrix.
pub(crate) fn run(args: &TransferArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let knowledge = match &args.knowledge {
        Some(folder) => {
            Knowledge::read(folder).map_err(|error| Failure::bad_input(error.to_string()))?
        }
        None => Knowledge::built_in(),
    };
    let mut writer = match &args.out {
        Some(path) => Some(TraceWriter::open(path)?),
        None => None,
    };
    let suite = super::tasks::chosen_suite(args.suite.as_deref(), &args.instance, args.limit)?;
    let testbed = settings.testbed()?;
    let tasks = prepared(&testbed, &suite, settings)?;
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
    let lost: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    let keep = Mutex::new(&mut writer);
    let cells = transfer(
        &Transfer {
            testbed: &testbed,
            tasks: &tasks,
            policies: &policies,
            pipelines: &pipelines,
            knowledge: &knowledge,
            judge: None,
            tools: WorkbenchSettings::default(),
            attempts: args.attempts,
            jobs: super::tasks::jobs(settings),
            seed: args.agent.seed,
            timed: true,
            cancel: &flag.token(),
        },
        &|trace| {
            bar.step();
            let mut keep = keep.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(writer) = keep.as_mut()
                && let Err(error) = writer.append(trace)
            {
                *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.into());
            }
        },
    )?;
    drop(bar);
    if let Some(error) = lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error).context("the traces could not be kept");
    }
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-transfer/1",
            "tasks": tasks.len(),
            "attempts": args.attempts,
            "cells": cells.iter().map(cell).collect::<Vec<_>>(),
        }))?,
        ReportFormat::Text => output::print(&text(&cells, tasks.len(), args.attempts))?,
    }
    Ok(Outcome::Found)
}

/// The tasks' states; those that cannot be prepared are said and left out.
fn prepared(
    testbed: &Testbed,
    suite: &Suite,
    settings: &Settings,
) -> anyhow::Result<Vec<Arc<Prepared>>> {
    let bar = settings
        .progress
        .bar(suite.entries.len() as u64, "Preparing");
    let mut tasks = Vec::new();
    for entry in &suite.entries {
        let made = match &entry.task {
            Ok(task) => testbed.prepare(task, &|what| bar.say(format!("{}: {what}", entry.id))),
            Err(error) => Err(error.clone().into()),
        };
        match made {
            Ok(task) => tasks.push(Arc::new(task)),
            Err(error) => settings.warn(&format!("{} is left out: {error}", entry.id)),
        }
        bar.step();
    }
    if tasks.is_empty() {
        return Err(Failure::infrastructure("no task could be prepared").into());
    }
    Ok(tasks)
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
    let _ = writeln!(
        text,
        "Success: episodes whose change builds and passes in a fresh copy, averaged by task, then over {n_tasks} tasks \
         (attempts of each: {attempts}); tasks are resampled for the interval. Masked: says nothing, something failed that no policy is to blame for."
    );
    text
}

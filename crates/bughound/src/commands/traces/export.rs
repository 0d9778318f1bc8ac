//! `bughound traces export`: write episodes as other programs read them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use bughound_resolve::score::{of_traces, to_json_lines};
use bughound_tasks::read_ground_truth;
use bughound_trace::{ExportFilter, Trace, VerlSettings, openai_lines, verl_rows, write_verl};

use super::read_traces;
use crate::args::{ExportChoice, TracesExportArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Writes what was asked for.
pub(super) fn run(args: &TracesExportArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let filter = ExportFilter {
        min_reward: args.min_reward,
        without_faults: args.without_faults,
        stages: args.stage.clone(),
    };
    match (args.to, &args.out) {
        (ExportChoice::Openai, _) if args.ground_truth.is_some() => {
            Err(Failure::usage("--ground-truth says nothing to `--to openai`").into())
        }
        (ExportChoice::Openai, out) => openai(args, &filter, out.as_deref(), settings),
        (ExportChoice::Predictions, out) => predictions(args, &filter, out.as_deref(), settings),
        (ExportChoice::Verl, Some(out)) => verl(args, &filter, out, settings),
        (ExportChoice::Verl, None) => Err(Failure::usage("parquet is nothing for standard output")
            .hint("say where to write: --out FILE.parquet")
            .into()),
    }
}

/// What came of the traces that were read.
#[derive(Default)]
struct Counts {
    read: usize,
    taken: usize,
    written: usize,
}

impl Counts {
    fn note(&self, what: &str, settings: &Settings) -> Outcome {
        let left_out = self.read - self.taken;
        settings.note(&format!(
            "{} {what} of {} episodes written; episodes left out: {left_out}",
            self.written, self.taken
        ));
        if self.written > 0 {
            Outcome::Found
        } else {
            Outcome::NothingFound
        }
    }
}

fn openai(
    args: &TracesExportArgs,
    filter: &ExportFilter,
    out: Option<&Path>,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let declaration = |name: &str| Some(bughound_tools::tool(name)?.declaration());
    let mut counts = Counts::default();
    let mut write_all = |to: &mut dyn Write| -> anyhow::Result<()> {
        for file in &args.files {
            read_traces(file, settings, |trace| {
                counts.read += 1;
                if !filter.takes(&trace) {
                    return Ok(());
                }
                counts.taken += 1;
                for line in openai_lines(&trace, filter, &declaration) {
                    counts.written += 1;
                    serde_json::to_writer(&mut *to, &line).context("cannot write the answer")?;
                    to.write_all(b"\n").context("cannot write the answer")?;
                }
                Ok(())
            })?;
        }
        to.flush().context("cannot write the answer")
    };
    match out {
        Some(path) => output::write_file(path, |file| write_all(file))?,
        None => write_all(&mut std::io::stdout().lock())?,
    }
    Ok(counts.note("conversations", settings))
}

fn predictions(
    args: &TracesExportArgs,
    filter: &ExportFilter,
    out: Option<&Path>,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let mut counts = Counts::default();
    let mut traces = Vec::new();
    for file in &args.files {
        read_traces(file, settings, |trace| {
            counts.read += 1;
            if filter.takes(&trace) {
                traces.push(trace);
            }
            Ok(())
        })?;
    }
    counts.taken = traces.len();
    let predictions = of_traces(&traces);
    counts.written = predictions.len();
    let text = to_json_lines(&predictions);
    match out {
        Some(path) => output::write_file(path, |file| Ok(file.write_all(text.as_bytes())?))?,
        None => output::print(&text)?,
    }
    Ok(counts.note("predictions", settings))
}

fn verl(
    args: &TracesExportArgs,
    filter: &ExportFilter,
    out: &Path,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let given = match &args.ground_truth {
        Some(file) => Some(BTreeMap::from_iter(read_ground_truth(file)?)),
        None => None,
    };
    let truth_of = |trace: &Trace| -> Vec<String> {
        let of_reward = || trace.reward.as_ref().map(|reward| reward.truth.clone());
        let truth = match &given {
            Some(given) => given.get(&trace.task.instance_id).map(|truth| {
                let is_bare = |file: &&String| {
                    let inside = format!("{file}::");
                    !truth.locations.iter().any(|id| id.starts_with(&inside))
                };
                let bare = truth.files.iter().filter(is_bare);
                truth.locations.iter().chain(bare).cloned().collect()
            }),
            None => of_reward(),
        };
        truth.unwrap_or_default()
    };
    let verl = VerlSettings {
        data_source: args.data_source.clone(),
        agent_name: args.agent_name.clone(),
    };
    let mut counts = Counts::default();
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    let mut without_truth = BTreeSet::new();
    for file in &args.files {
        read_traces(file, settings, |trace| {
            counts.read += 1;
            let truth = truth_of(&trace);
            if truth.is_empty() {
                without_truth.insert(trace.task.instance_id.clone());
                return Ok(());
            }
            if filter.takes(&trace) {
                counts.taken += 1;
                // All attempts at a task begin alike: one row is enough.
                let new =
                    verl_rows(&trace, filter, &truth, &verl)
                        .into_iter()
                        .filter(|(row, _)| {
                            seen.insert((
                                trace.task.instance_id.clone(),
                                row["ability"].to_string(),
                            ))
                        });
                rows.extend(new);
            }
            Ok(())
        })?;
    }
    if rows.is_empty() && !without_truth.is_empty() {
        let message = "nothing says what is right for any of these episodes";
        return Err(Failure::bad_input(message)
            .hint("give --ground-truth FILE; `bughound tasks check --ground-truth` writes one")
            .into());
    }
    if let Some(first) = without_truth.first() {
        settings.warn(&format!(
            "nothing says what is right for {} tasks, {first} for one: they are left out",
            without_truth.len()
        ));
    }
    counts.written = rows.len();
    output::write_file(out, |file| {
        write_verl(rows, file).with_context(|| format!("cannot write {}", out.display()))
    })?;
    Ok(counts.note("rows", settings))
}

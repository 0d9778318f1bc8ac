//! `bughound traces import`: turn logs of other agents into traces.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use bughound_trace::{ImportFormat, ResolvedReport, TraceWriter, import_file};

use crate::args::{ImportChoice, TracesImportArgs};
use crate::exit::{Failure, Outcome};
use crate::settings::Settings;

/// Reads all logs and writes their traces.
pub(super) fn run(args: &TracesImportArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let format = match args.from {
        ImportChoice::Auto => None,
        ImportChoice::MiniSweAgent => Some(ImportFormat::MiniSweAgent),
        ImportChoice::SweAgent => Some(ImportFormat::SweAgent),
        ImportChoice::TauBench => Some(ImportFormat::TauBench),
        ImportChoice::Openai => Some(ImportFormat::OpenAi),
    };
    let mut files = Vec::new();
    for file in &args.files {
        add_logs(file, &mut files)?;
    }
    let report = args.report.as_deref().map(read_report).transpose()?;
    let mut writer = open(args)?;
    let imported = import_all(&files, format, args, report.as_ref(), &mut writer, settings);
    if imported.as_ref().is_err_and(anyhow::Error::is::<Failure>) {
        // Nobody asked for a part of the logs. The file is ours: it was empty.
        let _ = fs::remove_file(&args.out);
    }
    let (n_traces, n_left_out) = imported?;
    settings.note(&format!(
        "{n_traces} traces of {} files written to {}; entries left out: {n_left_out}",
        files.len(),
        args.out.display()
    ));
    if n_traces == 0 {
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Found)
}

/// Appends the traces of all logs; how many, and how many entries were left out.
fn import_all(
    files: &[PathBuf],
    format: Option<ImportFormat>,
    args: &TracesImportArgs,
    report: Option<&ResolvedReport>,
    writer: &mut TraceWriter,
    settings: &Settings,
) -> anyhow::Result<(usize, usize)> {
    let bar = settings.progress.bar(files.len() as u64, "Importing");
    let mut attempts: BTreeMap<String, u32> = BTreeMap::new();
    let (mut n_traces, mut n_left_out, mut n_unknown) = (0, 0, 0);
    for file in files {
        for imported in import_file(file, format)? {
            match imported {
                Ok(mut trace) => {
                    let attempt = attempts.entry(trace.task.instance_id.clone());
                    let attempt = attempt.or_default();
                    trace.attempt = *attempt;
                    *attempt += 1;
                    if trace.policy.model.is_none() {
                        trace.policy.model.clone_from(&args.model);
                    }
                    if report.is_some_and(|report| !report.reward(&mut trace)) {
                        n_unknown += 1;
                    }
                    writer.append(&trace)?;
                    n_traces += 1;
                }
                Err(problem) => {
                    let message = format!("{}: {problem}", file.display());
                    if !args.keep_going {
                        return Err(Failure::bad_input(message)
                            .hint("--keep-going leaves out what cannot be read")
                            .into());
                    }
                    settings.warn(&message);
                    n_left_out += 1;
                }
            }
        }
        bar.step();
    }
    if n_unknown > 0 {
        settings.note(&format!(
            "the report says nothing about {n_unknown} of {n_traces} traces"
        ));
    }
    Ok((n_traces, n_left_out))
}

/// Which tasks were resolved.
fn read_report(path: &Path) -> anyhow::Result<ResolvedReport> {
    let bytes = fs::read(path)
        .map_err(|error| Failure::bad_input(format!("cannot read {}: {error}", path.display())))?;
    ResolvedReport::read(&bytes)
        .map_err(|problem| Failure::bad_input(format!("{}: {problem}", path.display())).into())
}

/// A new file of traces.
fn open(args: &TracesImportArgs) -> anyhow::Result<TraceWriter> {
    let out = &args.out;
    if args.force {
        match fs::remove_file(out) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot replace {}", out.display()));
            }
            _ => {}
        }
    }
    let writer = TraceWriter::open(out)?;
    if writer.length() > 0 {
        let message = format!("{} holds traces already", out.display());
        return Err(Failure::bad_input(message)
            .hint("choose another --out, or replace it with --force")
            .into());
    }
    Ok(writer)
}

/// The file itself, or all trajectories of a folder, in the order of their names.
fn add_logs(path: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.exists() {
        return Err(Failure::bad_input(format!("there is no file {}", path.display())).into());
    }
    if !path.is_dir() {
        into.push(path.to_owned());
        return Ok(());
    }
    let before = into.len();
    add_folder(path, into)?;
    if into.len() == before {
        let path = path.display();
        let message = format!("no *.traj and no *.traj.json is in {path} or below");
        let failure = Failure::bad_input(message).hint("name other logs one by one");
        return Err(failure.into());
    }
    Ok(())
}

fn add_folder(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let failed = || format!("cannot read {}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        // Links to folders are not followed: they may lead back here.
        let is_folder = entry.file_type().with_context(failed)?.is_dir();
        entries.push((entry.path(), is_folder));
    }
    entries.sort();
    for (path, is_folder) in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_folder {
            add_folder(&path, into)?;
        } else if name.ends_with(".traj") || name.ends_with(".traj.json") {
            into.push(path);
        }
    }
    Ok(())
}

//! What one measuring process does: one job, once.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use bughound_core::Language;
use bughound_hound::locate;
use bughound_index::{HistoryIndex, Index};
use bughound_repo::{Entry, EntryKind, History, Repo, Snapshot};
use bughound_store::Store;
use bughound_tools::{ToolContext, tool};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::rivals;
use crate::sample;
use crate::statistics::percentile;

/// A job of a measuring process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Job {
    /// Opens the repository and indexes the revision, into the given cache.
    Index,
    /// The parts of indexing, one after the other, each by itself.
    Phases,
    /// Tool calls, the graph and locating, on an index that is loaded.
    Use,
    /// tantivy indexes the same functions.
    Tantivy,
}

/// What a job measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Name and value, in the order of the report.
    pub values: Vec<(String, f64)>,
    /// Facts about the input: files, bytes, definitions.
    pub counts: Vec<(String, u64)>,
    /// Most memory that the process held, in MiB; 0 where the system does not tell.
    pub peak_mib: f64,
}

/// What a job works on.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The repository.
    pub repo: &'a Path,
    /// The revision.
    pub rev: &'a str,
    /// The cache; nothing is kept without one.
    pub cache: Option<&'a Path>,
    /// The issue to locate; one is made up where there is none.
    pub issue: Option<&'a str>,
}

impl Input<'_> {
    fn store(&self) -> Store {
        self.cache.map_or_else(Store::none, Store::at)
    }

    fn snapshot(&self) -> Result<(Repo, Arc<Snapshot>)> {
        let repo = Repo::open(self.repo)?;
        let commit = repo.resolve(self.rev)?;
        let snapshot = Snapshot::at_commit(&repo, commit)?;
        Ok((repo, Arc::new(snapshot)))
    }
}

/// Runs a job.
///
/// # Errors
/// Where the repository or the revision cannot be read.
pub fn run(job: Job, input: &Input<'_>) -> Result<Outcome> {
    let mut outcome = match job {
        Job::Index => index(input),
        Job::Phases => phases(input),
        Job::Use => using(input),
        Job::Tantivy => rivals::tantivy::index_functions(input),
    }?;
    outcome.peak_mib = peak_mib();
    Ok(outcome)
}

/// Milliseconds since a moment.
pub(crate) fn ms_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

impl Outcome {
    pub(crate) fn value(&mut self, name: &str, value: f64) {
        self.values.push((name.to_owned(), value));
    }

    pub(crate) fn count(&mut self, name: &str, count: usize) {
        self.counts.push((name.to_owned(), count as u64));
    }

    /// A value by its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| *value)
    }
}

fn index(input: &Input<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let start = Instant::now();
    let (_, snapshot) = input.snapshot()?;
    let (index, report) = Index::build(snapshot, &input.store());
    outcome.value("index", ms_since(start));
    outcome.count("files", report.n_files);
    outcome.count("files parsed", report.n_parsed);
    outcome.count("bytes parsed", usize::try_from(report.parsed_bytes)?);
    outcome.count("definitions", index.n_symbols());
    if let Some(error) = report.cache_error {
        anyhow::bail!("the cache could not be written: {error}");
    }
    Ok(outcome)
}

fn phases(input: &Input<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let start = Instant::now();
    let (_, snapshot) = input.snapshot()?;
    outcome.value("list", ms_since(start));
    let sources: Vec<(&Entry, Language)> = snapshot
        .entries()
        .iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .filter_map(|entry| Some((entry, Language::from_extension(entry.path.extension())?)))
        .collect();
    let start = Instant::now();
    let texts: Vec<(Language, String)> = sources
        .par_iter()
        .with_min_len(8)
        .map_init(
            || (snapshot.reader(), Vec::new()),
            |(reader, buffer), (entry, language)| {
                // What cannot be read is a finding of the index; here it is empty.
                let _ = reader.read(entry, buffer);
                (*language, String::from_utf8_lossy(buffer).into_owned())
            },
        )
        .collect();
    outcome.value("read", ms_since(start));
    let start = Instant::now();
    let n_definitions: usize = texts
        .par_iter()
        .with_min_len(8)
        .map(|(language, text)| bughound_syntax::outline(*language, text).definitions.len())
        .sum();
    outcome.value("parse", ms_since(start));
    let start = Instant::now();
    let python = texts
        .par_iter()
        .with_min_len(8)
        .filter(|(language, _)| *language == Language::Python);
    let n_python: usize = python
        .map(|(language, text)| bughound_syntax::outline(*language, text).calls.len())
        .sum();
    outcome.value("parse Python alone", ms_since(start));
    drop(texts);
    let start = Instant::now();
    let (built, _) = Index::build(Arc::clone(&snapshot), &Store::none());
    let built_in = ms_since(start);
    outcome.value("read, parse, extract", built_in);
    let start = Instant::now();
    built.names();
    built.imports();
    outcome.value("names and imports", ms_since(start));
    outcome.count("definitions", n_definitions);
    outcome.count("calls in Python", n_python);
    Ok(outcome)
}

fn using(input: &Input<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let store = input.store();
    let start = Instant::now();
    let (repo, snapshot) = input.snapshot()?;
    let (index, _) = Index::build(snapshot, &store);
    let index = Arc::new(index);
    outcome.value("open", ms_since(start));
    let start = Instant::now();
    let (_, tip) = index
        .snapshot()
        .history_tip()
        .context("a commit has a history")?;
    let history = Arc::new(HistoryIndex::build(
        &History::read(&repo, tip, &store)?,
        &index,
        &store,
    ));
    outcome.value("history", ms_since(start));
    outcome.count("commits", history.n_commits());
    let made_up;
    let issue = match input.issue {
        Some(issue) => issue,
        None => {
            made_up = sample::issue(&index);
            &made_up
        }
    };
    let context = bughound_hound::Context {
        history: Some(&history),
        ..bughound_hound::Context::default()
    };
    let start = Instant::now();
    locate(&index, issue, &context);
    outcome.value("locate, first", ms_since(start));
    let mut locating = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        locate(&index, issue, &context);
        locating.push(ms_since(start));
    }
    outcome.value("locate, warm", percentile(&locating, 0.5).unwrap_or(0.0));
    let start = Instant::now();
    outcome.count("calls resolved", index.graph().calls().len());
    outcome.value("graph", ms_since(start));

    let tools = ToolContext::new(Arc::clone(&index)).with_history(history);
    let calls = sample::tool_calls(&index, 300);
    let call = |name: &str, arguments: &serde_json::Value| {
        // A miss is an answer too.
        let _ = tool(name).map(|tool| tool.call(&tools, arguments));
    };
    // The first call of each tool makes what later ones look up, and reads texts.
    for (name, arguments) in &calls {
        call(name, arguments);
    }
    let mut all = Vec::with_capacity(calls.len());
    let mut by_tool: Vec<(&str, Vec<f64>)> = Vec::new();
    for (name, arguments) in &calls {
        let start = Instant::now();
        call(name, arguments);
        let micros = ms_since(start) * 1000.0;
        all.push(micros);
        match by_tool.iter_mut().find(|(tool, _)| tool == name) {
            Some((_, times)) => times.push(micros),
            None => by_tool.push((name, vec![micros])),
        }
    }
    outcome.count("tool calls", all.len());
    by_tool.push(("all tools", all));
    for (name, times) in by_tool {
        for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
            outcome.value(
                &format!("{name} {label} µs"),
                percentile(&times, share).unwrap_or(0.0),
            );
        }
    }
    Ok(outcome)
}

/// The most memory that this process has held, where the system tells (Linux).
pub fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok())
        .unwrap_or(0.0);
    kib / 1024.0
}

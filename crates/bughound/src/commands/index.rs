//! `bughound index`: read a revision's sources into the cache.

use std::time::Instant;

use bughound_core::Problem;
use serde::Serialize;

use crate::args::{IndexArgs, ReportFormat};
use crate::exit::{Failure, Outcome};
use crate::output::plain::printable;
use crate::output::{self, count};
use crate::settings::{Settings, Target};

/// What indexing did, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct IndexReport {
    version: u32,
    repository: String,
    revision: String,
    files: usize,
    symbols: usize,
    parsed: usize,
    reused: usize,
    parsed_bytes: u64,
    /// `None` where the history was not read.
    commits: Option<usize>,
    problems: Vec<Problem>,
    milliseconds: f64,
    cache: Option<String>,
}

/// Indexes, and tells what was done. A cache that cannot be written is an error here: filling it was asked
/// for.
pub(crate) fn run(args: &IndexArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let target = Target::resolve(&args.repo)?;
    let started = Instant::now();
    let opened = target.open(settings)?;
    let history = args.history.then(|| opened.history(settings)).flatten();
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;

    let report = IndexReport {
        version: 1,
        repository: target.root.display().to_string(),
        revision: target.describe_revision(&opened.snapshot),
        files: opened.report.n_files,
        symbols: opened.index.n_symbols(),
        parsed: opened.report.n_parsed,
        reused: opened
            .index
            .files()
            .len()
            .saturating_sub(opened.report.n_parsed),
        parsed_bytes: opened.report.parsed_bytes,
        commits: history.map(|history| history.n_commits()),
        problems: opened.index.problems().to_vec(),
        milliseconds,
        cache: settings.store.dir().map(|dir| dir.display().to_string()),
    };
    match args.format {
        ReportFormat::Json => output::print_json(&report)?,
        ReportFormat::Text if settings.quiet => {}
        ReportFormat::Text => output::print(&text(&report, &target.describe(&opened.snapshot)))?,
    }
    if let Some(error) = &opened.report.cache_error {
        return Err(Failure::infrastructure(error.clone())
            .hint("pass --cache-dir DIR, or --no-cache to go without")
            .into());
    }
    Ok(Outcome::Found)
}

/// Problems that are listed for people.
const MAX_PROBLEMS: usize = 10;

fn text(report: &IndexReport, target: &str) -> String {
    let mut out = format!(
        "Indexed {target}\n\
         {files} source files, {symbols} definitions\n\
         {parsed} files parsed ({megabytes:.1} MB), {reused} reused from the cache\n\
         {commits}\n\
         {milliseconds:.0} ms, cache: {cache}\n\
         {problems} problems\n",
        files = count(report.files),
        symbols = count(report.symbols),
        parsed = count(report.parsed),
        megabytes = report.parsed_bytes as f64 / 1e6,
        reused = count(report.reused),
        commits = match report.commits {
            Some(commits) => format!("{} commits of history", count(commits)),
            None => "history not read (--history)".to_owned(),
        },
        milliseconds = report.milliseconds,
        cache = report.cache.as_deref().unwrap_or("none"),
        problems = count(report.problems.len()),
    );
    for problem in report.problems.iter().take(MAX_PROBLEMS) {
        let path = problem
            .path
            .as_ref()
            .map(|path| format!("{path}: "))
            .unwrap_or_default();
        let line = problem
            .line
            .map(|line| format!("line {line}: "))
            .unwrap_or_default();
        out.push_str(&format!(
            "  {}\n",
            printable(&format!("{path}{line}{}", problem.message))
        ));
    }
    if report.problems.len() > MAX_PROBLEMS {
        let n_left = count(report.problems.len() - MAX_PROBLEMS);
        out.push_str(&format!("  and {n_left} more (--format json lists all)\n"));
    }
    out
}

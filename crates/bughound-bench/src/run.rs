//! The whole benchmark: which processes run how often, and what their medians are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use bughound_repo::Repo;

use crate::export::export;
use crate::jobs::Outcome;
use crate::report::{Report, Row};
use crate::rivals::{ctags, python_ast};
use crate::statistics::median;

/// What to measure.
pub struct Settings {
    /// This program, which is started anew for each measurement.
    pub program: PathBuf,
    /// The repository.
    pub repo: PathBuf,
    /// The revision.
    pub rev: String,
    /// A file with the issue to locate.
    pub issue: Option<PathBuf>,
    /// How often each measurement is taken.
    pub n_runs: usize,
    /// Whether other programs are measured too.
    pub rivals: bool,
}

/// Runs everything; `progress` is told what comes next.
///
/// # Errors
/// Where the repository or the revision cannot be read, or a measuring process fails.
pub fn run(settings: &Settings, progress: &dyn Fn(&str)) -> Result<Report> {
    let repo = Repo::open(&settings.repo)?;
    let commit = repo.resolve(&settings.rev)?.to_string();
    let work = tempfile::tempdir()?;
    let bench = Bench {
        settings,
        commit: &commit,
        work: work.path(),
    };
    let mut report = Report::new(&settings.repo, &commit, settings.n_runs);

    progress("cold index");
    let cold = bench.repeat(|run| bench.job("index", &commit, Some(&bench.empty_cache(run)?)))?;
    let facts = cold.first().context("at least one run is needed")?;
    report.facts = facts.counts.clone();
    report.push(Row::of(
        "cold index",
        "ms",
        &values(&cold, "index"),
        Some(400.0),
    ));
    report.push(Row::of(
        "cold index, peak memory",
        "MiB",
        &peaks(&cold),
        Some(400.0),
    ));

    progress("parts of the cold index");
    let phases = bench.repeat(|_| bench.job("phases", &commit, None))?;
    for (name, _) in &phases[0].values {
        report.push(Row::of(
            &format!("  {name}"),
            "ms",
            &values(&phases, name),
            None,
        ));
    }
    let part = |name: &str| median(&values(&phases, name)).unwrap_or(0.0);
    let whole = median(&values(&cold, "index")).unwrap_or(0.0);
    let built = part("read, parse, extract");
    report.push(Row::of(
        "  of it extract (difference)",
        "ms",
        &[built - part("read") - part("parse")],
        None,
    ));
    report.push(Row::of(
        "  write the cache (difference)",
        "ms",
        &[whole - part("list") - built],
        None,
    ));

    progress("the next commit");
    if let Ok(before) = repo.resolve(&format!("{commit}~1")) {
        let before = before.to_string();
        let next = bench.repeat(|run| {
            let cache = bench.empty_cache(run)?;
            bench.job("index", &before, Some(&cache))?;
            bench.job("index", &commit, Some(&cache))
        })?;
        report.push(Row::of(
            "next commit, warm cache",
            "ms",
            &values(&next, "index"),
            Some(100.0),
        ));
    }

    progress("opening, tools and locating");
    let cache = bench.empty_cache(0)?;
    bench.job("index", &commit, Some(&cache))?;
    // The first run keeps the history too.
    bench.job("use", &commit, Some(&cache))?;
    let open = bench.repeat(|_| bench.job("index", &commit, Some(&cache)))?;
    report.push(Row::of(
        "opening an index that exists",
        "ms",
        &values(&open, "index"),
        Some(30.0),
    ));
    let using = bench.repeat(|_| bench.job("use", &commit, Some(&cache)))?;
    report.facts.extend(using[0].counts.clone());
    for (name, _) in using[0].values.iter().filter(|(name, _)| name != "open") {
        let target = match name.as_str() {
            "locate, warm" => Some(100.0),
            "all tools p50 µs" => Some(20.0),
            "all tools p99 µs" => Some(500.0),
            _ => None,
        };
        let (label, unit) = match name.strip_suffix(" µs") {
            Some(label) => (label, "µs"),
            None => (name.as_str(), "ms"),
        };
        report.push(Row::of(label, unit, &values(&using, name), target));
    }
    report.push(Row::of(
        "tools and locating, peak memory",
        "MiB",
        &peaks(&using),
        Some(400.0),
    ));

    if settings.rivals {
        bench.rivals(&mut report, progress)?;
    }
    Ok(report)
}

struct Bench<'a> {
    settings: &'a Settings,
    commit: &'a str,
    work: &'a Path,
}

impl Bench<'_> {
    fn repeat<T>(&self, mut measure: impl FnMut(usize) -> Result<T>) -> Result<Vec<T>> {
        (0..self.settings.n_runs.max(1)).map(&mut measure).collect()
    }

    /// Starts this program for one job.
    #[allow(
        clippy::disallowed_methods,
        reason = "every measurement has a process of its own"
    )]
    fn job(&self, job: &str, rev: &str, cache: Option<&Path>) -> Result<Outcome> {
        let mut command = Command::new(&self.settings.program);
        command
            .args(["--job", job, "--rev", rev, "--repo"])
            .arg(&self.settings.repo);
        if let Some(cache) = cache {
            command.arg("--cache-dir").arg(cache);
        }
        if let Some(issue) = &self.settings.issue {
            command.arg("--issue").arg(issue);
        }
        let said = command
            .output()
            .context("a measuring process cannot be started")?;
        ensure!(
            said.status.success(),
            "the job `{job}` failed: {}",
            String::from_utf8_lossy(&said.stderr)
        );
        serde_json::from_slice(&said.stdout)
            .with_context(|| format!("the job `{job}` gave no result"))
    }

    fn empty_cache(&self, run: usize) -> Result<PathBuf> {
        let cache = self.work.join(format!("cache-{run}"));
        if cache.exists() {
            fs::remove_dir_all(&cache)?;
        }
        fs::create_dir_all(&cache)?;
        Ok(cache)
    }

    fn rivals(&self, report: &mut Report, progress: &dyn Fn(&str)) -> Result<()> {
        let tree = self.work.join("tree");
        fs::create_dir_all(&tree)?;
        export(&self.settings.repo, self.commit, &tree)?;
        let (structure, tags) = (self.work.join("structure.json"), self.work.join("tags"));
        progress("Python's ast");
        match python_ast::installed() {
            Some(version) => {
                // It takes seconds: a few runs tell enough.
                let runs = self.settings.n_runs.min(3);
                let found: Vec<_> = (0..runs)
                    .map(|_| python_ast::build(&tree, &structure))
                    .collect::<Result<_>>()?;
                let values = |value: fn(&python_ast::Structure) -> f64| {
                    found.iter().map(value).collect::<Vec<_>>()
                };
                let built = format!("structure by Python's ast ({version})");
                report.rival(
                    Row::of(&built, "ms", &values(|s| s.build_ms), None),
                    "cold index",
                );
                let called = "one look-up in that structure";
                report.rival(
                    Row::of(called, "ms", &values(|s| s.lookup_ms), None),
                    "search_class p50",
                );
            }
            None => report.absent("Python's ast: python3 is not installed"),
        }
        progress("universal-ctags");
        match ctags::installed() {
            Some(_) => {
                let found = self.repeat(|_| ctags::tag(&tree, &tags))?;
                report.rival(
                    Row::of(
                        "universal-ctags, names in Python files alone",
                        "ms",
                        &found,
                        None,
                    ),
                    "cold index",
                );
            }
            None => report.absent("universal-ctags is not installed"),
        }
        progress("tantivy");
        let found = self.repeat(|_| self.job("tantivy", self.commit, None))?;
        let label = "tantivy, the functions' text alone, in memory";
        report.rival(
            Row::of(label, "ms", &values(&found, "tantivy"), None),
            "cold index",
        );
        Ok(())
    }
}

fn values(outcomes: &[Outcome], name: &str) -> Vec<f64> {
    outcomes
        .iter()
        .filter_map(|outcome| outcome.get(name))
        .collect()
}

fn peaks(outcomes: &[Outcome]) -> Vec<f64> {
    outcomes.iter().map(|outcome| outcome.peak_mib).collect()
}

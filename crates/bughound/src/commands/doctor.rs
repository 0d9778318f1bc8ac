//! `bughound doctor`: is everything here that is needed?

use std::fmt::Write;
use std::fs;
use std::path::Path;

use bughound_index::RECORD_VERSION;
use bughound_repo::{Repo, Snapshot};
use bughound_sandbox::{Primitive, PrimitiveKind, Probe};
use bughound_serve::Watching;
use serde::Serialize;

use crate::args::{DoctorArgs, ReportFormat};
use crate::environment;
use crate::exit::{Failure, Outcome};
use crate::output::{self, Terminal, count};
use crate::settings::Settings;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    /// As it should be.
    Ok,
    /// Something works less well than it could.
    Warning,
    /// Something does not work.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    health: Health,
    finding: String,
    /// What to do, where something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Check {
    fn ok(name: &'static str, finding: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Ok,
            finding: finding.into(),
            remedy: None,
        }
    }

    fn warning(name: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Warning,
            finding: finding.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn error(name: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Error,
            finding: finding.into(),
            remedy: Some(remedy.into()),
        }
    }
}

#[derive(Debug, Serialize)]
struct Table {
    name: String,
    versions: Vec<u32>,
    segments: usize,
    values: usize,
    bytes: u64,
    damaged_segments: usize,
    damaged_values: usize,
    unfinished_files: usize,
}

#[derive(Debug, Serialize)]
struct Document {
    version: u32,
    bughound: &'static str,
    checks: Vec<Check>,
    cache_dir: Option<String>,
    tables: Vec<Table>,
    /// What commands of tasks can be isolated with.
    sandbox: Probe,
}

/// Looks at everything and tells; an error of any check is an error of the command.
pub(crate) fn run(args: &DoctorArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let tables = tables(settings);
    let mut checks = vec![versions(), threads(settings)];
    checks.extend(cache(settings, &tables));
    let cache_failed = checks.iter().any(|check| check.health == Health::Error);
    checks.extend(repository(args, settings));
    let probe = bughound_sandbox::probe();
    checks.extend(sandbox(&probe));
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| check.health == Health::Error)
        .map(|check| check.name)
        .collect();
    let failure = match (failed.is_empty(), cache_failed) {
        (true, _) => None,
        (false, true) => Some(Failure::infrastructure(format!(
            "not in order: {}",
            failed.join(", ")
        ))),
        (false, false) => Some(Failure::bad_input(format!(
            "not in order: {}",
            failed.join(", ")
        ))),
    };
    match args.format {
        ReportFormat::Text => output::print(&text(&checks, &tables, settings.stdout))?,
        ReportFormat::Json => output::print_json(&Document {
            version: 1,
            bughound: env!("CARGO_PKG_VERSION"),
            checks,
            cache_dir: settings.store.dir().map(|dir| dir.display().to_string()),
            tables,
            sandbox: probe,
        })?,
    }
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(Outcome::Found),
    }
}

fn versions() -> Check {
    let (layout, rest) = (RECORD_VERSION >> 16, RECORD_VERSION & 0xffff);
    let version = env!("CARGO_PKG_VERSION");
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    Check::ok(
        "bughound",
        format!("{version} on {os} {arch}, outlines of version {layout}.{rest}"),
    )
}

fn threads(settings: &Settings) -> Check {
    let available = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let used = settings.threads.unwrap_or(available);
    let finding = format!("{used} used, {available} processors");
    if used > available {
        return Check::warning(
            "threads",
            finding,
            "more threads than processors only take turns: lower --threads",
        );
    }
    Check::ok("threads", finding)
}

fn tables(settings: &Settings) -> Vec<Table> {
    let table = |stats: bughound_store::TableStats| Table {
        name: stats.name,
        versions: stats.versions,
        segments: stats.n_segments,
        values: stats.n_keys,
        bytes: stats.n_bytes,
        damaged_segments: stats.n_damaged_segments,
        damaged_values: stats.n_damaged_values,
        unfinished_files: stats.n_temporaries,
    };
    settings.store.stats().into_iter().map(table).collect()
}

fn cache(settings: &Settings, tables: &[Table]) -> Vec<Check> {
    let Some(dir) = settings.store.dir() else {
        let remedy = "set BUGHOUND_CACHE_DIR or pass --cache-dir";
        return vec![Check::warning(
            "cache",
            "there is none, so every run starts cold",
            remedy,
        )];
    };
    let shown = dir.display();
    let mut checks = vec![match try_writing(dir) {
        Ok(()) => Check::ok("cache", format!("{shown} can be written")),
        Err(error) => Check::error(
            "cache",
            format!("{shown} cannot be written: {error}"),
            "free some space, or choose another folder (--cache-dir, BUGHOUND_CACHE_DIR)",
        ),
    }];
    let n_damaged: usize = tables
        .iter()
        .map(|table| table.damaged_segments + table.damaged_values)
        .sum();
    let bytes: u64 = tables.iter().map(|table| table.bytes).sum();
    let megabytes = bytes as f64 / 1e6;
    if n_damaged > 0 {
        let remedy = format!(
            "nothing damaged is ever used, and it is computed anew; to start afresh delete {shown}"
        );
        checks.push(Check::warning(
            "cached values",
            format!("{megabytes:.1} MB, {n_damaged} damaged"),
            remedy,
        ));
    } else {
        checks.push(Check::ok(
            "cached values",
            format!("{megabytes:.1} MB, whole"),
        ));
    }
    checks
}

/// Writes and removes a small file.
fn try_writing(dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir)?;
    let probe = dir.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(
        &probe,
        b"bughound doctor was here; this file may be deleted\n",
    );
    let removed = fs::remove_file(&probe);
    written.and(removed)
}

fn repository(args: &DoctorArgs, settings: &Settings) -> Vec<Check> {
    let path = args.repo.as_deref().unwrap_or(Path::new("."));
    let repo = match Repo::open(path) {
        Ok(repo) => repo,
        Err(error) if args.repo.is_none() && args.rev.is_none() => {
            let remedy = "run inside of a repository, or pass --repo PATH";
            return vec![Check::warning("repository", error.to_string(), remedy)];
        }
        Err(error) => {
            return vec![Check::error(
                "repository",
                error.to_string(),
                "pass --repo PATH of a repository",
            )];
        }
    };
    let place = match repo.work_dir() {
        Some(dir) => format!("working directory {}", dir.display()),
        None => format!("bare repository {}", repo.git_dir().display()),
    };
    let mut checks = vec![Check::ok("repository", place)];
    let rev = args.rev.as_deref().unwrap_or("HEAD");
    checks.push(match repo.snapshot(rev) {
        Ok(snapshot) => {
            let commit = snapshot
                .commit()
                .map(|commit| commit.to_string())
                .unwrap_or_default();
            Check::ok(
                "revision",
                format!(
                    "{rev} is {commit}, {} files",
                    count(snapshot.entries().len())
                ),
            )
        }
        Err(error) if args.rev.is_none() => Check::warning(
            "revision",
            error.to_string(),
            "commit something; the working directory can be searched",
        ),
        Err(error) => Check::error("revision", error.to_string(), "name another revision"),
    });
    if let Some(dir) = repo.work_dir().filter(|_| args.rev.is_none()) {
        checks.extend(watching(dir, settings));
    }
    if repo.is_shallow() {
        let remedy = "`git fetch --unshallow` gets the rest";
        checks.push(Check::warning(
            "history",
            "the clone is shallow: its history ends early",
            remedy,
        ));
    }
    checks
}

/// How `bughound mcp` would hear of changes; nothing where the folder cannot be listed, which others tell.
fn watching(dir: &Path, settings: &Settings) -> Option<Check> {
    let listed = Snapshot::worktree_cached(dir, &settings.store, environment::now()).ok()?;
    let n_folders = listed.folders().len();
    let slower = "every call of `bughound mcp` will look for changes itself";
    Some(match Watching::of(dir) {
        Watching::Unannounced(kind) => Check::warning(
            "changes",
            format!("they are not announced on this file system ({kind})"),
            format!("{slower}; a clone on a local disk is quicker"),
        ),
        Watching::Announced { limit: Some(limit) } if n_folders > limit => Check::warning(
            "changes",
            format!(
                "{} folders, of which the system lets {} be watched",
                count(n_folders),
                count(limit)
            ),
            format!("{slower}; raise `sysctl fs.inotify.max_user_watches`"),
        ),
        Watching::Announced { .. } => Check::ok(
            "changes",
            format!("can be watched in {} folders", count(n_folders)),
        ),
    })
}

/// What commands of tasks are isolated with. Only those who run tasks need it, so nothing of it is an error.
fn sandbox(probe: &Probe) -> Vec<Check> {
    let name = |kind| match kind {
        PrimitiveKind::Namespaces => "sandbox",
        PrimitiveKind::Network => "sandbox network",
        PrimitiveKind::Overlay => "sandbox tree",
        PrimitiveKind::SystemCalls => "sandbox system calls",
        PrimitiveKind::Landlock => "sandbox Landlock",
        PrimitiveKind::Memory => "sandbox memory",
        PrimitiveKind::Processes => "sandbox processes",
        PrimitiveKind::Processors => "sandbox processors",
        PrimitiveKind::Disk => "sandbox disk",
    };
    let check = |one: &Primitive| match &one.remedy {
        None => Check::ok(name(one.kind), one.how.as_str()),
        Some(remedy) => Check::warning(name(one.kind), one.how.as_str(), remedy.as_str()),
    };
    if !probe.is_safe() {
        // What else is missing follows from the first thing that is.
        let missing = probe.primitives.iter().filter(|one| !one.enforced);
        let first = missing.min_by_key(|one| (!one.kind.is_needed(), one.kind));
        return first.map(check).into_iter().collect();
    }
    let mut checks: Vec<Check> = probe.primitives.iter().map(check).collect();
    let others = probe.backends.iter();
    let others: Vec<&str> = others.filter_map(|one| one.found.as_deref()).collect();
    if !others.is_empty() {
        checks.push(Check::ok("other sandboxes", others.join(", ")));
    }
    checks
}

fn text(checks: &[Check], tables: &[Table], terminal: Terminal) -> String {
    let mut out = String::new();
    let width = checks
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or(0);
    for check in checks {
        let (style, word) = match check.health {
            Health::Ok => (terminal.good(), "ok"),
            Health::Warning => (terminal.warning(), "warning"),
            Health::Error => (terminal.error(), "error"),
        };
        let _ = writeln!(
            out,
            "{style}{word:7}{style:#} {:width$}  {}",
            check.name, check.finding
        );
        if let Some(remedy) = &check.remedy {
            let _ = writeln!(out, "{:8}{:width$}  {remedy}", "", "");
        }
    }
    let dim = terminal.dim();
    for table in tables {
        let _ = writeln!(
            out,
            "{dim}        {:width$}  {}: {} values in {} segments, {:.1} MB{dim:#}",
            "",
            table.name,
            count(table.values),
            table.segments,
            table.bytes as f64 / 1e6,
        );
    }
    out
}

//! Measures Bughound on one revision of a repository, beside rivals.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use bughound_bench::{jobs, oracle, run};
use bughound_index::{Index, tokens};
use bughound_repo::{Repo, Snapshot};
use bughound_store::Store;
use clap::{Parser, ValueEnum};

#[derive(Parser)]
#[command(
    name = "bughound-bench",
    about = "Measures Bughound on one revision of a repository, beside rivals"
)]
struct Arguments {
    /// The repository: a working directory or a bare one.
    #[arg(long)]
    repo: PathBuf,
    /// The revision.
    #[arg(long, default_value = "HEAD")]
    rev: String,
    /// A file with the text of an issue to locate; one is made up without it.
    #[arg(long)]
    issue: Option<PathBuf>,
    /// How often each measurement is taken.
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Measures Bughound alone.
    #[arg(long)]
    no_rivals: bool,
    /// Instead of measuring, compares our BM25 of the revision's files and functions with tantivy's.
    #[arg(long)]
    check_bm25: bool,
    /// One measurement, in this process (what the program starts itself for).
    #[arg(long, value_enum, hide = true)]
    job: Option<jobs::Job>,
    /// The cache of that measurement.
    #[arg(long, hide = true)]
    cache_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Tables.
    Text,
    /// One JSON document.
    Json,
}

fn main() -> ExitCode {
    match answer(&Arguments::parse()) {
        Ok(text) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn answer(arguments: &Arguments) -> Result<String> {
    let issue = arguments.issue.as_ref().map(|path| {
        std::fs::read_to_string(path)
            .with_context(|| format!("the issue {} cannot be read", path.display()))
    });
    let issue = issue.transpose()?;
    if let Some(job) = arguments.job {
        let input = jobs::Input {
            repo: &arguments.repo,
            rev: &arguments.rev,
            cache: arguments.cache_dir.as_deref(),
            issue: issue.as_deref(),
        };
        return Ok(serde_json::to_string(&jobs::run(job, &input)?)?);
    }
    if arguments.check_bm25 {
        return check_bm25(arguments);
    }
    let settings = run::Settings {
        program: std::env::current_exe().context("this program's own path is not known")?,
        repo: arguments.repo.clone(),
        rev: arguments.rev.clone(),
        issue: arguments.issue.clone(),
        n_runs: arguments.runs,
        rivals: !arguments.no_rivals,
    };
    let report = run::run(&settings, &|what| {
        let _ = writeln!(std::io::stderr(), "{what} …");
    })?;
    Ok(match arguments.format {
        Format::Text => report.to_text(),
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
    })
}

/// Compares scores for words taken evenly from the names of definitions.
fn check_bm25(arguments: &Arguments) -> Result<String> {
    let repo = Repo::open(&arguments.repo)?;
    let snapshot = Snapshot::at_commit(&repo, repo.resolve(&arguments.rev)?)?;
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    let candidates = index.candidates();
    let step = (candidates.len() / 100).max(1);
    let words: Vec<&str> = candidates
        .iter()
        .step_by(step)
        .map(|&symbol| index.symbol(symbol).name())
        .collect();
    let n_terms = words
        .iter()
        .map(|word| tokens::terms_of(word).len())
        .sum::<usize>();
    let files = oracle::compare_files(&index, &words)?;
    let bodies = oracle::compare_bodies(&index, &words)?;
    Ok(format!(
        "{n_terms} terms: {} scores of {} files and {} scores of {} functions agree with tantivy's.\n",
        files.n_scores, files.n_documents, bodies.n_scores, bodies.n_documents
    ))
}

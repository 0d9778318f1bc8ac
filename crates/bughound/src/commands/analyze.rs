//! `bughound analyze`: what did a policy learn?

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use bughound_analyze::{
    Analysis, Difference, EpisodeFacts, EpisodeOutcome, Folded, RunAnalysis, USUAL_FLAKE_RATES,
    chain_svg, difference_svg,
};
use bughound_trace::Trace;
use rayon::prelude::*;
use serde::Serialize;

use super::traces::read_traces;
use crate::args::{AnalyzeArgs, OutcomeChoice, ReportFormat};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::output::analysis::{Shown, analysis_text, difference_text};
use crate::settings::Settings;

/// What is printed as JSON.
#[derive(Serialize)]
struct Document {
    /// `bughound-analysis/1`.
    format: &'static str,
    run: RunAnalysis,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<RunAnalysis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Difference>,
}

/// Analyses, draws where that was asked for, and prints.
pub(crate) fn run(args: &AnalyzeArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let flake_rates = flake_rates(args)?;
    let analyze = |files: &[PathBuf], outcome| -> anyhow::Result<Analysis> {
        read(files, args.success, outcome, settings)
    };
    let first = analyze(&args.files, args.outcome)?;
    let nothing = first.is_empty();
    let run = first.document(&flake_rates);
    let against = if args.against.is_empty() {
        None
    } else {
        let outcome = args.against_outcome.unwrap_or(args.outcome);
        Some(analyze(&args.against, outcome)?.document(&flake_rates))
    };
    let difference = against
        .as_ref()
        .map(|against| Difference::of(&run, against));
    if let Some(path) = &args.svg {
        let svg = picture(args, &run, against.as_ref());
        output::write_file(path, |file| {
            file.write_all(svg.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))
        })?;
    }
    let document = Document {
        format: "bughound-analysis/1",
        run,
        against,
        difference,
    };
    match args.format {
        ReportFormat::Json => output::print_json(&document)?,
        ReportFormat::Text => {
            let shown = Shown {
                states: args.states,
                evidence: args.evidence,
                terminal: settings.stdout,
            };
            let mut text = analysis_text(&document.run, shown);
            if let (Some(against), Some(difference)) = (&document.against, &document.difference) {
                text.push_str(&difference_text(&document.run, against, difference, shown));
            }
            output::print(&text)?;
        }
    }
    Ok(if nothing {
        Outcome::NothingFound
    } else {
        Outcome::Found
    })
}

fn flake_rates(args: &AnalyzeArgs) -> anyhow::Result<Vec<f64>> {
    if args.flake_rate.is_empty() {
        return Ok(USUAL_FLAKE_RATES.to_vec());
    }
    match args.flake_rate.iter().find(|q| !(0.0..=1.0).contains(*q)) {
        Some(q) => {
            let message = format!("--flake-rate {q} is no chance");
            Err(Failure::usage(message)
                .hint("it lies between 0 and 1")
                .into())
        }
        None => Ok(args.flake_rate.clone()),
    }
}

/// Traces that are looked at together, on all threads.
const BATCH: usize = 128;

/// The episodes of some files.
fn read(
    files: &[PathBuf],
    success: f64,
    outcome: OutcomeChoice,
    settings: &Settings,
) -> anyhow::Result<Analysis> {
    let mut analysis = Analysis::new(success);
    let mut batch: Vec<Trace> = Vec::with_capacity(BATCH);
    let mut flush = |batch: &mut Vec<Trace>| {
        let facts: Vec<EpisodeFacts> = batch
            .par_iter()
            .map(|trace| EpisodeFacts::of(trace, success))
            .collect();
        for episode in facts {
            let keep = match outcome {
                OutcomeChoice::All => true,
                OutcomeChoice::Success => episode.outcome() == EpisodeOutcome::Success,
                OutcomeChoice::Failure => episode.outcome() == EpisodeOutcome::Failure,
            };
            if keep {
                analysis.add(episode);
            }
        }
        batch.clear();
    };
    for file in files {
        read_traces(file, settings, |trace| {
            batch.push(trace);
            if batch.len() == BATCH {
                flush(&mut batch);
            }
            Ok(())
        })?;
    }
    flush(&mut batch);
    Ok(analysis)
}

fn picture(args: &AnalyzeArgs, run: &RunAnalysis, against: Option<&RunAnalysis>) -> String {
    let name = |files: &[PathBuf]| {
        let names: Vec<String> = files
            .iter()
            .map(|file| file.file_name().unwrap_or(file.as_os_str()))
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        match names.as_slice() {
            [first, _, .., last] => format!("{first} … {last}"),
            names => names.join(", "),
        }
    };
    match against {
        None => {
            let title = format!("{} ({} episodes)", name(&args.files), run.episodes);
            chain_svg(&title, &Folded::of(&run.chain, args.states))
        }
        Some(against) => {
            let title = format!(
                "{} ({} episodes) minus {} ({})",
                name(&args.files),
                run.episodes,
                name(&args.against),
                against.episodes
            );
            let (a, b) = Folded::pair(&run.chain, &against.chain, args.states);
            difference_svg(&title, &a, &b)
        }
    }
}

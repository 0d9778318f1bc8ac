//! The numbers of one run.

use std::fmt::Write;

use bughound_analyze::{AmountDocument, EpisodeOutcome, Length, RunAnalysis};

use super::matrix::write_matrix;
use super::{MOST_ROWS, Shown, interval_text, name_text, percent_text, share_text};
use crate::output::count;
use crate::output::plain::{fit, printable};

/// All of it.
pub(crate) fn analysis_text(run: &RunAnalysis, shown: Shown) -> String {
    let mut text = String::new();
    write_episodes(&mut text, run);
    write_lengths(&mut text, run, shown);
    write_ends(&mut text, run, shown);
    write_usage(&mut text, run, shown);
    heading(
        &mut text,
        shown,
        "what follows what (from the row to the column, % of the row; n: visits)",
    );
    write_matrix(&mut text, &run.chain, shown.states, shown.terminal);
    write_amounts(&mut text, run, shown);
    write_validation(&mut text, run, shown);
    write_detectors(&mut text, run, shown);
    text
}

pub(super) fn heading(text: &mut String, shown: Shown, title: &str) {
    let bold = shown.terminal.bold();
    let _ = writeln!(text, "\n{bold}{title}{bold:#}");
}

fn write_episodes(text: &mut String, run: &RunAnalysis) {
    let outcomes: Vec<String> = EpisodeOutcome::ALL
        .iter()
        .filter_map(|outcome| {
            let n = run.outcomes.get(outcome)?;
            Some(format!("{} {}", outcome.name(), count(*n)))
        })
        .collect();
    let _ = writeln!(
        text,
        "{} episodes of {} tasks: {}",
        count(run.episodes),
        count(run.tasks),
        outcomes.join(", ")
    );
    if let Some(rate) = &run.success_rate {
        let _ = writeln!(
            text,
            "successes (reward at least {}): {} of {} with a reward",
            run.success_at,
            share_text(Some(rate)),
            rate.whole
        );
    }
}

fn write_lengths(text: &mut String, run: &RunAnalysis, shown: Shown) {
    heading(text, shown, "turns and calls of an episode");
    for (name, lengths) in run.lengths.named() {
        let show = |length: &Option<Length>| {
            length.as_ref().map_or("–".to_owned(), |length| {
                format!(
                    "mean {:.1}{}, median {}, max {}",
                    length.mean.mean,
                    interval_text(length.mean.interval, 1.0),
                    length.median,
                    length.max
                )
            })
        };
        let n = lengths.turns.as_ref().map_or(0.0, |length| length.mean.n);
        if n > 0.0 {
            let _ = writeln!(
                text,
                "{name:<8} n {n:<6} turns {}; calls {}",
                show(&lengths.turns),
                show(&lengths.calls)
            );
        }
    }
}

fn write_ends(text: &mut String, run: &RunAnalysis, shown: Shown) {
    heading(text, shown, "why episodes ended");
    for end in &run.ends {
        let outcomes: Vec<String> = end
            .outcomes
            .iter()
            .map(|(outcome, n)| format!("{} {}", outcome.name(), count(*n)))
            .collect();
        let _ = writeln!(
            text,
            "{:<16} {:>7}  {:<24} {}",
            end.end.name(),
            end.share.part,
            share_text(Some(&end.share)),
            outcomes.join(", ")
        );
    }
}

fn write_usage(text: &mut String, run: &RunAnalysis, shown: Shown) {
    let total = run
        .usage
        .first()
        .and_then(|tool| tool.all)
        .map_or(0.0, |share| share.whole);
    heading(
        text,
        shown,
        &format!("usage: share of {total} calls (no probabilities of transitions)"),
    );
    let dim = shown.terminal.dim();
    let _ = writeln!(
        text,
        "{dim}{:<26} {:>8}  {:<24} {:>10} {:>10}{dim:#}",
        "tool", "calls", "share", "successes", "failures"
    );
    for tool in run.usage.iter().take(MOST_ROWS) {
        let _ = writeln!(
            text,
            "{} {:>8}  {:<24} {:>10} {:>10}",
            name_text(&tool.name, 26),
            tool.all.map_or(0.0, |share| share.part),
            share_text(tool.all.as_ref()),
            percent_text(tool.success.as_ref()),
            percent_text(tool.failure.as_ref())
        );
    }
    if run.usage.len() > MOST_ROWS {
        let _ = writeln!(
            text,
            "… {} more; --format json has all",
            run.usage.len() - MOST_ROWS
        );
    }
}

fn write_amounts(text: &mut String, run: &RunAnalysis, shown: Shown) {
    heading(
        text,
        shown,
        "amounts by kind: % of what was written and given, in characters (no tokens)",
    );
    let dim = shown.terminal.dim();
    let _ = writeln!(
        text,
        "{dim}{:<32} {:>10} {:>10} {:>10}{dim:#}",
        "", "all", "successes", "failures"
    );
    type Part = fn(&AmountDocument) -> Option<&bughound_metrics::Share>;
    const KINDS: [(&str, Part); 5] = [
        ("thinking", |a| a.thinking.as_ref()),
        ("text", |a| a.text.as_ref()),
        ("arguments of calls", |a| a.arguments.as_ref()),
        ("output of calls", |a| a.output.as_ref()),
        ("thinking, of what was written", |a| {
            a.thinking_of_written.as_ref()
        }),
    ];
    let groups = run.amounts.named();
    for (name, part) in KINDS {
        let cells: Vec<String> = groups
            .iter()
            .map(|(_, amounts)| format!("{:>10}", percent_text(part(amounts))))
            .collect();
        let _ = writeln!(text, "{name:<32} {}", cells.join(" "));
    }
    let _ = writeln!(text, "{dim}of all but thinking:{dim:#}");
    for tool in run.amounts.all.tools.iter().take(6) {
        type Of = fn(&bughound_analyze::ToolAmounts) -> &bughound_metrics::Share;
        let parts: [(&str, Of); 2] = [("output", |t| &t.output), ("arguments", |t| &t.arguments)];
        for (kind, of) in parts {
            let cells: Vec<String> = groups
                .iter()
                .map(|(_, amounts)| amounts.tools.iter().find(|other| other.name == tool.name))
                .map(|found| format!("{:>10}", percent_text(found.map(of))))
                .collect();
            if of(tool).share >= 0.01 {
                let _ = writeln!(
                    text,
                    "{} {}",
                    name_text(&format!("{kind} of {}", tool.name), 32),
                    cells.join(" ")
                );
            }
        }
    }
    match &run.amounts.all.tokens {
        Some(tokens) => {
            let _ = writeln!(
                text,
                "tokens as servers reported them, in {} episodes: {:.0} written an episode, of which thinking {}",
                tokens.episodes,
                tokens.written.mean,
                share_text(Some(&tokens.thinking))
            );
        }
        None => text.push_str("no episode has token counts for all of its replies\n"),
    }
}

fn write_validation(text: &mut String, run: &RunAnalysis, shown: Shown) {
    let Some(episodes) = &run.validation.episodes else {
        return;
    };
    heading(text, shown, "validation");
    let _ = writeln!(
        text,
        "episodes that build or test: {} of {} ({})",
        episodes.part,
        episodes.whole,
        share_text(Some(episodes))
    );
    let runs: Vec<String> = run
        .validation
        .longest_runs
        .iter()
        .map(|(k, n)| format!("{k}: {}", count(*n)))
        .collect();
    if !runs.is_empty() {
        let _ = writeln!(
            text,
            "longest run of the same with nothing changed: episodes: {}",
            runs.join(", ")
        );
    }
    for inflation in &run.validation.inflation {
        let _ = writeln!(
            text,
            "if one in {:.0} passes wrongly (q = {}), at least one of an episode's runs does in {:.2} %",
            1.0 / inflation.q.max(f64::MIN_POSITIVE),
            inflation.q,
            inflation.at_least_once * 100.0
        );
    }
}

fn write_detectors(text: &mut String, run: &RunAnalysis, shown: Shown) {
    heading(
        text,
        shown,
        "suspicious behaviour: episodes with findings (reasons to look, no verdicts)",
    );
    let dim = shown.terminal.dim();
    for detector in &run.detectors {
        let Some(all) = &detector.all else {
            continue;
        };
        let _ = writeln!(
            text,
            "{:<20} {:>5} of {:<5} {:<24} successes {}, failures {}; findings: {}",
            detector.name,
            all.part,
            all.whole,
            share_text(Some(all)),
            percent_text(detector.success.as_ref()),
            percent_text(detector.failure.as_ref()),
            count(detector.evidence.len())
        );
        for evidence in detector.evidence.iter().take(shown.evidence) {
            let line = format!(
                "{} of {}, turn {} ({}): {}",
                evidence.episode,
                evidence.policy,
                evidence.turn,
                evidence.outcome.name(),
                evidence.why
            );
            for (indent, line) in [
                ("    ", line.as_str()),
                ("        ", evidence.call.as_str()),
            ] {
                let line = printable(line);
                let line = fit(&line, shown.terminal.width.saturating_sub(indent.len()));
                let _ = writeln!(text, "{dim}{indent}{line}{dim:#}");
            }
        }
    }
}

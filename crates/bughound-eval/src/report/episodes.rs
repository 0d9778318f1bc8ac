//! What the searches took: a section for policies that search step by step.

use std::collections::BTreeMap;

use bughound_metrics::bootstrap_mean;
use bughound_trace::EndReason;

use super::ReportInput;
use super::model::{Block, Section, Table};
use super::numbers::{duration, percent, quantile};
use crate::EpisodeSummary;

/// The section; nothing where no task has an episode.
pub(crate) fn section(input: &ReportInput<'_>) -> Option<Section> {
    let all: Vec<&EpisodeSummary> = input
        .lines
        .iter()
        .filter_map(|line| line.episode.as_ref())
        .collect();
    if all.is_empty() {
        return None;
    }
    // A search that broke off says nothing about the policy.
    let sound: Vec<&EpisodeSummary> = all
        .iter()
        .copied()
        .filter(|episode| !episode.end.is_fault())
        .collect();
    let is_estimated = sound.iter().any(|episode| episode.usage.estimated);
    let mut blocks = vec![
        Block::Text(format!(
            "Over the {} of {} searches that did not end by a fault.{}",
            sound.len(),
            all.len(),
            if is_estimated {
                " The server did not count all tokens; those are estimates, 4 bytes a token."
            } else {
                ""
            }
        )),
        Block::Table(spending(&sound)),
        Block::Text(success(input, &sound)),
        Block::Table(ends(&all)),
    ];
    if sound.is_empty() {
        blocks.truncate(1);
        blocks.push(Block::Table(ends(&all)));
    }
    Some(Section {
        title: "Searches",
        blocks,
    })
}

fn spending(sound: &[&EpisodeSummary]) -> Table {
    let mut table = Table::new(&["per search", "mean", "median", "90 %", "most", "sum"]);
    let mut row = |what: &str, value: &dyn Fn(&EpisodeSummary) -> Option<f64>, digits: usize| {
        let mut values: Vec<f64> = sound.iter().filter_map(|episode| value(episode)).collect();
        values.sort_by(f64::total_cmp);
        if values.is_empty() {
            return;
        }
        let sum: f64 = values.iter().sum();
        let show = |value: f64| format!("{value:.digits$}");
        table.row([
            what.to_owned(),
            show(mean(&values)),
            show(quantile(&values, 0.5)),
            show(quantile(&values, 0.9)),
            show(quantile(&values, 1.0)),
            show(sum),
        ]);
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of tokens and calls")]
    let tokens = |n: u64| n as f64;
    row("turns", &|episode| Some(episode.turns.into()), 1);
    row("tool calls", &|episode| Some(episode.calls.into()), 1);
    row(
        "malformed replies",
        &|episode| Some(episode.malformed.into()),
        1,
    );
    row(
        "prompt tokens",
        &|episode| Some(tokens(episode.usage.prompt_tokens)),
        0,
    );
    row(
        "completion tokens",
        &|episode| Some(tokens(episode.usage.completion_tokens)),
        0,
    );
    row("cost (US dollars)", &|episode| episode.cost_usd, 4);
    row(
        "seconds",
        &|episode| Some(tokens(episode.milliseconds) / 1000.0),
        3,
    );
    table
}

/// Tool-call success as in ToolTrain's figure 4: a known tool, and names that exist.
fn success(input: &ReportInput<'_>, sound: &[&EpisodeSummary]) -> String {
    let calls: u32 = sound.iter().map(|episode| episode.calls).sum();
    let ok: u32 = sound.iter().map(|episode| episode.calls_ok).sum();
    let shares: Vec<f64> = sound
        .iter()
        .filter(|episode| episode.calls > 0)
        .map(|episode| f64::from(episode.calls_ok) / f64::from(episode.calls))
        .collect();
    if calls == 0 {
        return "No search made a tool call.".to_owned();
    }
    let interval = bootstrap_mean(&shares, &input.settings.scoring.bootstrap)
        .map_or(String::new(), |interval| {
            format!(" ({}–{})", percent(interval.low), percent(interval.high))
        });
    format!(
        "Tool-call success (a known tool, readable arguments, names that exist): {ok} of {calls} calls, {} %; the \
         mean of {} searches with calls is {}{interval} %.",
        percent(f64::from(ok) / f64::from(calls)),
        shares.len(),
        percent(mean(&shares)),
    )
}

fn ends(all: &[&EpisodeSummary]) -> Table {
    let mut counts: BTreeMap<EndReason, Vec<f64>> = BTreeMap::new();
    for episode in all {
        #[expect(clippy::cast_precision_loss, reason = "a time of some minutes")]
        let milliseconds = episode.milliseconds as f64;
        counts.entry(episode.end).or_default().push(milliseconds);
    }
    let mut table = Table::new(&["ended by", "searches", "share (%)", "mean time (ms)"]);
    for (end, times) in counts {
        table.row([
            end.to_string(),
            times.len().to_string(),
            percent(ratio(times.len(), all.len())),
            duration(mean(&times)),
        ]);
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "as many values as tasks")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "as many as tasks")]
fn ratio(n: usize, of: usize) -> f64 {
    n as f64 / of.max(1) as f64
}

//! Many episodes in numbers.

use std::fmt::Write;

use bughound_trace::{GroupStats, Spread, StatsDocument, ToolStats};

use super::{duration, size};
use crate::output::plain::{columns, fit, printable};
use crate::output::{Terminal, count};

/// Tools that are listed.
const MOST_TOOLS: usize = 20;

/// The numbers of all, then of each group.
pub(crate) fn stats_text(document: &StatsDocument, terminal: Terminal) -> String {
    let mut text = String::new();
    write_group(&mut text, &document.all, terminal);
    for group in &document.groups {
        let bold = terminal.bold();
        let mut name = group.policy.clone().unwrap_or_default();
        if let Some(model) = &group.model {
            let _ = write!(name, " ({model})");
        }
        let protocol = group.protocol.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{bold}══ {}, protocol {}{bold:#}",
            printable(&name),
            printable(protocol)
        );
        write_group(&mut text, group, terminal);
    }
    text
}

fn write_group(text: &mut String, stats: &GroupStats, terminal: Terminal) {
    let _ = writeln!(
        text,
        "{} episodes of {} tasks; {} ended in a fault or were stopped",
        count(stats.episodes),
        count(stats.tasks),
        count(stats.faults)
    );
    let ends: Vec<String> = stats
        .ends
        .iter()
        .map(|(end, n)| format!("{end} {} ({:.1} %)", count(*n), percent(*n, stats.episodes)))
        .collect();
    let _ = writeln!(text, "ended: {}", ends.join(", "));
    write_answers(text, stats);
    write_reward(text, stats);

    let dim = terminal.dim();
    let _ = writeln!(
        text,
        "\n{dim}{:<22} {:>12} {:>12} {:>12} {:>12} {:>14}{dim:#}",
        "an episode", "median", "p90", "max", "mean", "total"
    );
    let mut row = |name: &str, spread: &Spread, show: &dyn Fn(f64) -> String| {
        let _ = writeln!(
            text,
            "{name:<22} {:>12} {:>12} {:>12} {:>12} {:>14}",
            show(spread.median),
            show(spread.p90),
            show(spread.max),
            show(spread.mean),
            show(spread.total)
        );
    };
    row("turns", &stats.turns, &number_text);
    row("calls", &stats.calls, &number_text);
    let about = if stats.tokens_estimated {
        " (about)"
    } else {
        ""
    };
    if let Some(tokens) = &stats.prompt_tokens {
        row(&format!("prompt tokens{about}"), tokens, &number_text);
    }
    if let Some(tokens) = &stats.completion_tokens {
        row(&format!("completion tokens{about}"), tokens, &number_text);
    }
    if let Some(cost) = &stats.cost_usd {
        row("cost, US dollars", cost, &|cost| format!("{cost:.4}"));
    }
    row("time", &stats.milliseconds, &|ms| duration(ms * 1e3));
    row("tool output", &stats.tool_bytes, &size);

    let share =
        |share: Option<f64>| share.map_or("–".to_owned(), |s| format!("{:.1} %", s * 100.0));
    let _ = writeln!(
        text,
        "\ncalls that were valid and found what they named: {}; malformed replies: {}",
        share(stats.call_success),
        share(stats.malformed_rate)
    );
    if !stats.outcomes.is_empty() {
        let outcomes: Vec<String> = stats
            .outcomes
            .iter()
            .map(|(outcome, n)| format!("{} {}", outcome.name().replace('_', " "), count(*n)))
            .collect();
        let _ = writeln!(text, "results: {}", outcomes.join(", "));
    }
    write_tools(text, &stats.tools, terminal);
}

fn write_answers(text: &mut String, stats: &GroupStats) {
    let answers = &stats.answers;
    let _ = write!(
        text,
        "answers: {} read, {} missing",
        count(answers.read),
        count(answers.none)
    );
    if answers.items > 0 {
        let resolutions: Vec<String> = answers
            .resolutions
            .iter()
            .map(|(how, n)| format!("{} {}", how.name().replace('_', " "), count(*n)))
            .collect();
        let _ = write!(
            text,
            "; {} of {} places are in the repository ({})",
            count(answers.resolved),
            count(answers.items),
            resolutions.join(", ")
        );
    }
    text.push('\n');
}

fn write_reward(text: &mut String, stats: &GroupStats) {
    let Some(reward) = &stats.reward else {
        text.push_str("reward: none was worked out\n");
        return;
    };
    let interval = reward.interval.map_or(String::new(), |interval| {
        format!(" [{:.3}, {:.3}]", interval.low, interval.high)
    });
    let _ = writeln!(
        text,
        "reward: mean {:.3}{interval} over {} tasks ({} episodes); best of each task {:.3}; all the same in {} tasks",
        reward.mean,
        count(reward.tasks),
        count(reward.episodes),
        reward.best,
        count(reward.tasks_without_spread)
    );
}

fn write_tools(text: &mut String, tools: &[ToolStats], terminal: Terminal) {
    if tools.is_empty() {
        return;
    }
    let names: Vec<_> = tools.iter().map(|tool| printable(&tool.name)).collect();
    let width = names
        .iter()
        .map(|name| columns(name))
        .max()
        .unwrap_or(0)
        .clamp(4, 32);
    let dim = terminal.dim();
    let _ = writeln!(
        text,
        "\n{dim}{:<width$} {:>10} {:>8} {:>8} {:>14} {:>12}{dim:#}",
        "tool", "calls", "share", "ok", "median output", "median time"
    );
    for (tool, name) in tools.iter().zip(&names).take(MOST_TOOLS) {
        let name = fit(name, width);
        let pad = " ".repeat(width.saturating_sub(columns(&name)));
        let success = tool
            .success
            .map_or("–".to_owned(), |ok| format!("{:.1} %", ok * 100.0));
        let _ = writeln!(
            text,
            "{name}{pad} {:>10} {:>6.1} % {success:>8} {:>14} {:>12}",
            count(tool.calls),
            tool.share * 100.0,
            size(tool.bytes.median),
            duration(tool.microseconds.median)
        );
    }
    if tools.len() > MOST_TOOLS {
        let _ = writeln!(
            text,
            "… {} more; --format json has all",
            tools.len() - MOST_TOOLS
        );
    }
}

/// `12,345`, `7.5`.
fn number_text(n: f64) -> String {
    if n.fract().abs() > 1e-9 && n < 1e4 {
        return format!("{n:.1}");
    }
    let digits = format!("{n:.0}");
    digits.parse().map_or(digits, count)
}

fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

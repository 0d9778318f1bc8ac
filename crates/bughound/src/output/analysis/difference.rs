//! How two runs differ.

use std::fmt::Write;

use bughound_analyze::{Change, Difference, RunAnalysis};

use super::run::heading;
use super::{MOST_ROWS, Shown, interval_text, name_text};

/// The first run beside the second.
pub(crate) fn difference_text(
    run: &RunAnalysis,
    against: &RunAnalysis,
    difference: &Difference,
    shown: Shown,
) -> String {
    let mut text = String::new();
    let title = format!(
        "against the other run ({} episodes of {} tasks): first, other, difference",
        against.episodes, against.tasks
    );
    heading(&mut text, shown, &title);
    if let Some(change) = &difference.success_rate {
        row(&mut text, "successes, %", change, 100.0);
    }
    if let Some(change) = &difference.turns {
        row(&mut text, "turns", change, 1.0);
    }
    if let Some(change) = &difference.thinking_of_written {
        row(&mut text, "thinking, % of written", change, 100.0);
    }
    for named in &difference.detectors {
        row(
            &mut text,
            &format!("{}, %", named.name),
            &named.change,
            100.0,
        );
    }
    let title = format!(
        "usage, % of calls; distance {:.3} (0 the same, 1 nothing in common)",
        difference.usage_distance
    );
    heading(&mut text, shown, &title);
    for named in difference.usage.iter().take(MOST_ROWS) {
        row(&mut text, &named.name, &named.change, 100.0);
    }
    let distance = difference
        .transition_distance
        .map_or("–".to_owned(), |distance| format!("{distance:.3}"));
    let title = format!(
        "transitions that differ most, %, weighed by visits; mean distance of rows {distance}"
    );
    heading(&mut text, shown, &title);
    for (name, change) in largest(run, difference) {
        row(&mut text, &name, change, 100.0);
    }
    text
}

/// Transitions by how many more or fewer of the first run's steps they are than the other's habits would give.
fn largest<'a>(run: &RunAnalysis, difference: &'a Difference) -> Vec<(String, &'a Change)> {
    let visits = |name: &str| {
        let state = run.chain.states.iter().find(|state| state.name == name);
        state.map_or(0.0, |state| state.visits as f64)
    };
    let mut weighed: Vec<(f64, String, &Change)> = difference
        .transitions
        .iter()
        .map(|transition| {
            let weight = transition.change.difference.abs() * visits(&transition.from);
            let name = format!("{} → {}", transition.from, transition.to);
            (weight, name, &transition.change)
        })
        .collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    weighed
        .into_iter()
        .take(MOST_ROWS)
        .map(|(_, name, change)| (name, change))
        .collect()
}

fn row(text: &mut String, name: &str, change: &Change, scale: f64) {
    let _ = writeln!(
        text,
        "{} {:>8.1} {:>8.1} {:>+8.1}{}",
        name_text(name, 36),
        change.value * scale,
        change.against * scale,
        change.difference * scale,
        interval_text(change.interval, scale)
    );
}

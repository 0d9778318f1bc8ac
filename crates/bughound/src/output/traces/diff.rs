//! What differs between two files of traces.

use std::collections::BTreeMap;
use std::fmt::Write;

use bughound_trace::TraceDiff;

use crate::output::plain::{fit, printable};
use crate::output::{Terminal, count};

/// The first `n` differing episodes, then how many there are of each kind.
pub(crate) fn diff_text(diff: &TraceDiff, n: usize, terminal: Terminal) -> String {
    let mut text = String::new();
    let (bold, dim) = (terminal.bold(), terminal.dim());
    let width = terminal.width.saturating_sub(14).max(40);
    for (id, changes) in diff.changes.iter().take(n) {
        let _ = writeln!(text, "{bold}{}{bold:#}", printable(id));
        for change in changes {
            let (a, b) = (printable(&change.a), printable(&change.b));
            let _ = writeln!(
                text,
                "  {:<9} {dim}-{dim:#} {}",
                change.kind.name(),
                fit(&a, width)
            );
            let _ = writeln!(text, "  {:<9} {dim}+{dim:#} {}", "", fit(&b, width));
        }
    }
    if diff.changes.len() > n {
        let _ = writeln!(text, "… {} more; -n prints them", diff.changes.len() - n);
    }
    for (which, ids) in [("first", &diff.only_in_a), ("second", &diff.only_in_b)] {
        if !ids.is_empty() {
            let names: Vec<_> = ids.iter().take(n).map(|id| printable(id)).collect();
            let more = if ids.len() > n { ", …" } else { "" };
            let _ = writeln!(
                text,
                "in the {which} alone, {}: {}{more}",
                count(ids.len()),
                names.join(", ")
            );
        }
    }
    let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
    for change in diff.changes.values().flatten() {
        *kinds.entry(change.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(kind, n)| format!("{} {}", kind.name(), count(n)))
        .collect();
    let _ = write!(
        text,
        "{} pairs, {} differ",
        count(diff.pairs),
        count(diff.changes.len())
    );
    if !kinds.is_empty() {
        let _ = write!(text, " ({})", kinds.join(", "));
    }
    text.push('\n');
    text
}

//! A chain as a matrix of numbers.

use std::fmt::Write;

use bughound_analyze::{Chain, Folded};

use super::name_text;
use crate::output::Terminal;

const LABEL: usize = 22;
const CELL: usize = 5;

/// As many of the most visited states as fit: a row each, columns by letter.
pub(super) fn write_matrix(text: &mut String, chain: &Chain, most: usize, terminal: Terminal) {
    // The start, the others together and the end are there anyway.
    let fit = terminal.width.saturating_sub(LABEL + 12) / CELL;
    let folded = Folded::of(chain, most.min(fit.saturating_sub(3)).clamp(1, 22));
    let n = folded.labels.len();
    let letter =
        |at: usize| char::from_u32('a' as u32 + u32::try_from(at).unwrap_or(0)).unwrap_or('?');
    let dim = terminal.dim();
    let _ = write!(text, "{dim}{:<width$} {:>7}", "", "n", width = LABEL + 2);
    for column in 0..n {
        let _ = write!(text, "{:>CELL$}", letter(column));
    }
    let _ = writeln!(text, "{dim:#}");
    for (row, label) in folded.labels.iter().enumerate() {
        let name = name_text(label, LABEL);
        if row + 1 == n {
            let _ = writeln!(text, "{} {name}", letter(row));
            break;
        }
        let _ = write!(text, "{} {name} {:>7}", letter(row), folded.visits(row));
        for column in 0..n {
            let cell = match folded.probability(row, column) {
                Some(p) if p > 0.0 && p < 0.005 => "<1".to_owned(),
                Some(p) if p > 0.0 => format!("{:.0}", p * 100.0),
                _ => "·".to_owned(),
            };
            let _ = write!(text, "{cell:>CELL$}");
        }
        text.push('\n');
    }
}

//! The answer as `path:line:column: message` lines, for editors.

use std::fmt::Write;

use bughound_core::Location;

use super::{kind_name, name, percent};
use crate::output::plain::printable;

/// One line per location. `prefix` is put before every path, so that editors find the files; `line` says to
/// which line they go.
pub(crate) fn quickfix(
    locations: &[Location],
    prefix: &str,
    line: impl Fn(&Location) -> u32,
) -> String {
    let mut out = String::new();
    for (rank, location) in (1..).zip(locations) {
        let line = line(location);
        let reasons: Vec<&str> = location
            .reasons
            .iter()
            .map(|reason| reason.text.as_str())
            .take(3)
            .collect();
        let message = format!(
            "{rank}. {kind} {name} ({score}){colon}{reasons}",
            kind = kind_name(location),
            name = name(location),
            score = match location.probability {
                Some(probability) => percent(probability),
                None => format!("{:.2}", location.score),
            },
            colon = if reasons.is_empty() { "" } else { ": " },
            reasons = reasons.join("; "),
        );
        let _ = writeln!(
            out,
            "{prefix}{}:{line}:1: {}",
            printable(location.path.as_str()),
            printable(&message)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_per_location() {
        insta::assert_snapshot!(quickfix(&super::super::fixture::locations(), "/src/", |_| 7), @"
        /src/pkg/a file.py:7:1: 1. method Reader.load (62 %): a traceback frame is at line 4; its words are the issue's: load, reader
        /src/pkg/b.py:7:1: 2. file pkg/b.py (0.50)
        ");
    }
}

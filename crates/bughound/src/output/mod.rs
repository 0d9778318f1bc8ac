//! How answers are printed.

pub(crate) mod analysis;
mod excerpt;
mod file;
mod focus;
mod live_search;
pub(crate) mod locations;
pub(crate) mod plain;
mod terminal;
pub(crate) mod traces;

pub(crate) use file::write_file;
pub(crate) use live_search::LiveSearch;
pub(crate) use terminal::Terminal;

use std::io::{self, Write};

use anyhow::Context;

/// Writes text to standard output.
///
/// # Errors
/// Where standard output cannot be written.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.context("cannot write the answer to standard output")
}

/// Writes a JSON document to standard output.
///
/// # Errors
/// Where it cannot be serialized or standard output cannot be written.
pub(crate) fn print_json(document: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    print(&text)
}

/// A number with commas between thousands: `31,942`.
pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (31942, "31,942"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(count(n), text);
        }
    }
}

//! What compilers, linters and Python's warnings say about one line:
//!
//! ```text
//! src/box.c:12:3: error: expected ';'          src/a.ts(10,5): error TS2304: Cannot find name
//!  --> src/box.rs:12:3                         a.py:470: FutureWarning: old
//! ./box.go:12:3: undefined: x                  a.py:1:0: C0114: Missing docstring
//! ```

use super::super::lines::Line;
use super::super::scan::{is_source_path, number};
use super::{Found, Reading};

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let text = lines[at].text.trim();
    if let Some(place) = text
        .strip_prefix("--> ")
        .or_else(|| text.strip_prefix("::: "))
    {
        return rustc(lines, at, place);
    }
    let (path, line, rest) = colons(text).or_else(|| parentheses(text))?;
    if path.contains(['"', '\'', '`', '<', '(']) || !is_source_path(path) {
        return None;
    }
    let path = path.strip_prefix("ERROR in ").unwrap_or(path).trim();
    if path.contains(' ') && !path.starts_with('/') && path.get(1..3) != Some(":\\") {
        return None;
    }
    if !is_remark(rest, path) {
        return None;
    }
    let found = Found {
        path: path.to_owned(),
        line: Some(line),
        ..Found::default()
    };
    Some(Reading {
        start: at,
        end: at + 1,
        frames: vec![found],
        errors: at..at + 1,
    })
}

/// `path:12:3: rest`, `path:12: rest`, `path:12:3 - rest`.
fn colons(text: &str) -> Option<(&str, u32, &str)> {
    let skip = if text.get(1..3) == Some(":\\") { 2 } else { 0 };
    let colon = text[skip..].find(':')? + skip;
    let (line, rest) = number(&text[colon + 1..])?;
    let rest = match rest.strip_prefix(':').and_then(number) {
        Some((_, rest)) => rest,
        None => rest,
    };
    let rest = rest
        .strip_prefix(':')
        .or_else(|| rest.strip_prefix(" - "))?;
    Some((&text[..colon], line, rest.trim_start()))
}

/// `path(12,3): rest`, `path(12): rest`.
fn parentheses(text: &str) -> Option<(&str, u32, &str)> {
    let open = text.find('(')?;
    let (line, rest) = number(&text[open + 1..])?;
    let rest = match rest.strip_prefix(',').and_then(number) {
        Some((_, rest)) => rest,
        None => rest,
    };
    Some((&text[..open], line, rest.strip_prefix("):")?.trim_start()))
}

/// Whether the text behind the place is a message: a severity, a rule's code, a warning's class.
fn is_remark(rest: &str, path: &str) -> bool {
    let first = rest.split([':', ' ']).next().unwrap_or("");
    let first = first.trim_matches(['[', ']', '(', ')']);
    matches!(
        first,
        "error" | "warning" | "note" | "fatal" | "info" | "Error" | "Warning" | "ERROR" | "WARNING"
    ) || first.ends_with("Warning")
        || is_rule_code(first)
        || ((path.ends_with(".go") || path.ends_with(".pyx")) && !rest.is_empty())
}

/// `E501`, `C0114`, `TS2304`, `SIM102`.
fn is_rule_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=4).contains(&letters)
        && word.len() > letters + 1
        && word.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

/// The place below a message of rustc.
fn rustc(lines: &[Line<'_>], at: usize, place: &str) -> Option<Reading> {
    let (path, line) = super::super::scan::path_and_line(place.trim())?;
    if !is_source_path(path) || path.contains(' ') {
        return None;
    }
    let is_message =
        |line: &Line<'_>| line.text.starts_with("error") || line.text.starts_with("warning");
    let start = if at > 0 && is_message(&lines[at - 1]) {
        at - 1
    } else {
        at
    };
    let found = Found {
        path: path.to_owned(),
        line: Some(line),
        ..Found::default()
    };
    Some(Reading {
        start,
        end: at + 1,
        frames: vec![found],
        errors: start..at,
    })
}

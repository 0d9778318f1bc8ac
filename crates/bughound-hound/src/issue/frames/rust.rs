//! Rust's panics and backtraces:
//!
//! ```text
//! thread 'main' panicked at src/a.rs:10:5:
//! index out of bounds
//! stack backtrace:
//!    0: rust_begin_unwind
//!              at /rustc/0/library/std/src/panicking.rs:1:5
//!    1: krate::module::f
//!              at ./src/a.rs:10:5
//! ```

use super::super::lines::Line;
use super::super::scan::{number, path_and_line};
use super::{Found, Reading};

/// Lines between a panic and its backtrace.
const MAX_GAP: usize = 6;

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let mut frames = Vec::new();
    let mut errors = 0..0;
    let mut end = at;
    let mut next = at;
    if let Some((found, has_message)) = panic(lines[at].text) {
        frames.push(found);
        end = at + 1;
        if !has_message && lines.get(end).is_some_and(|line| !line.is_blank()) {
            end += 1;
        }
        errors = at..end;
        next = end;
        let limit = lines.len().min(end + MAX_GAP);
        while next < limit && entry(lines, next).is_none() {
            next += 1;
        }
    } else if !lines[at].trimmed().starts_with("stack backtrace:")
        && entry(lines, at)?.0.path.is_empty()
    {
        return None;
    } else if lines[at].trimmed().starts_with("stack backtrace:") {
        next = at + 1;
    }
    while next < lines.len() {
        let Some((found, lines_taken)) = entry(lines, next) else {
            break;
        };
        frames.push(found);
        next += lines_taken;
        end = next;
    }
    (!frames.is_empty()).then_some(Reading {
        start: at,
        end,
        frames,
        errors,
    })
}

/// `thread 'x' panicked at src/a.rs:1:2:` or, before Rust 1.73, `… panicked at 'message', src/a.rs:1:2`;
/// and whether the message stands on the line.
fn panic(line: &str) -> Option<(Found, bool)> {
    let line = line.trim();
    let rest = line
        .split_once("panicked at ")?
        .1
        .trim_end_matches([':', ' ', ',']);
    let (place, has_message) = match rest.rsplit_once(", ") {
        Some((_, place)) => (place, true),
        None => (rest, false),
    };
    let (path, line) = path_and_line(place)?;
    let is_path = path.ends_with(".rs") && !path.contains(' ');
    is_path.then(|| {
        (
            Found {
                path: path.to_owned(),
                line: Some(line),
                ..Found::default()
            },
            has_message,
        )
    })
}

/// `3: krate::f` and, where it follows, `at src/a.rs:1:2`; and how many lines that is.
fn entry(lines: &[Line<'_>], at: usize) -> Option<(Found, usize)> {
    let text = lines.get(at)?.trimmed();
    let (_, rest) = number(text)?;
    let name = rest.strip_prefix(": ")?.trim();
    // `0x55… - name` in full backtraces.
    let name = match name.strip_prefix("0x") {
        Some(hex) => hex.split_once(" - ")?.1,
        None => name,
    };
    let is_name =
        !name.is_empty() && !name.contains(". ") && (name.contains("::") || !name.contains(' '));
    if !is_name {
        return None;
    }
    let mut found = Found {
        function: Some(without_hash(name).to_owned()),
        ..Found::default()
    };
    if let Some((path, line)) = lines
        .get(at + 1)
        .and_then(|line| line.trimmed().strip_prefix("at "))
        .and_then(path_and_line)
        && path.ends_with(".rs")
    {
        found.path = path.to_owned();
        found.line = Some(line);
        return Some((found, 2));
    }
    Some((found, 1))
}

/// `a::b::h0123456789abcdef` without the hash.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((head, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            head
        }
        _ => name,
    }
}

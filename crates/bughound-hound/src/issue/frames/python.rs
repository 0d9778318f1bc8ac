//! Python's own tracebacks, with the variations that trackers and debug pages make of them:
//!
//! ```text
//! Traceback (most recent call last):
//!   File "/x/a.py", line 3, in f
//!     g(1)
//! ValueError: bad
//! ```

use super::super::lines::Line;
use super::super::scan::{is_source_path, number};
use super::{Found, Reading, code_line, error_class};

/// Lines that may stand between two frames: the source line, marks under it, `[Previous line repeated]`.
const MAX_GAP: usize = 6;
/// Lines of an error message that are taken.
const MAX_MESSAGE: usize = 4;

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let has_header = is_header(lines[at].text);
    let header_indent = lines[at].indent();
    let first = if has_header { at + 1 } else { at };
    let mut frames = Vec::new();
    let mut next = first;
    let mut frame_indent = 0;
    let mut end = first;
    let mut gap = 0;
    // Whether a line ends the trace: it stands left of the frames. Where the indentation was lost, any
    // line does that no frame can claim.
    let is_outside = |line: &Line<'_>, frame_indent: usize| {
        if has_header {
            line.indent() <= header_indent
        } else {
            line.indent() < frame_indent
        }
    };
    let is_flat = |frame_indent: usize| {
        if has_header {
            frame_indent <= header_indent
        } else {
            frame_indent == 0
        }
    };
    while let Some(line) = lines.get(next) {
        if let Some(mut found) = frame(line.text) {
            frame_indent = line.indent();
            end = next + 1;
            gap = 0;
            if let Some(code) = lines.get(end) {
                let is_error =
                    code.indent() <= frame_indent && error_class(code.trimmed(), false).is_some();
                let is_below = is_flat(frame_indent) || !is_outside(code, frame_indent);
                if !is_error && !code.is_blank() && is_below && frame(code.text).is_none()
                    || is_numbered_code(code.text)
                {
                    let shown = code.trimmed();
                    let shown = match number(shown).filter(|_| is_numbered_code(code.text)) {
                        Some((value, rest)) => {
                            found.line = found.line.or(Some(value));
                            &rest[1..]
                        }
                        None => shown,
                    };
                    found.code_line = code_line(shown);
                    end += 1;
                }
            }
            frames.push(found);
            next = end;
            continue;
        }
        if frames.is_empty() && !line.is_blank() || is_header(line.text) {
            break;
        }
        if !line.is_blank() {
            let trimmed = line.trimmed();
            let is_error = error_class(trimmed, false).is_some();
            let ends = is_outside(line, frame_indent) || is_flat(frame_indent);
            if ends && !is_elision(trimmed) || is_error {
                break;
            }
        }
        gap += 1;
        if gap > MAX_GAP {
            break;
        }
        next += 1;
    }
    if frames.is_empty() {
        return None;
    }
    let errors = error(
        lines,
        next,
        gap <= MAX_GAP && (has_header || frames.len() > 1),
    );
    frames.reverse();
    Some(Reading {
        start: at,
        end: end.max(errors.end),
        errors,
        frames,
    })
}

/// The sentence between the traces of two errors of which one led to the other.
pub(super) fn is_chain(line: &str) -> bool {
    line.starts_with("During handling of the above exception")
        || line.starts_with("The above exception was the direct cause")
}

fn is_header(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("Traceback (") || line.ends_with("Traceback (most recent call last):")
}

/// `...`, `[snip]`, `<some lines left out>`: the author cut frames away.
fn is_elision(line: &str) -> bool {
    line.starts_with("...")
        || line.starts_with("[...")
        || line.starts_with("[snip")
        || line.starts_with('\u{2026}')
}

/// The lines of the error message from `at` on; empty where none is there.
fn error(lines: &[Line<'_>], at: usize, known: bool) -> std::ops::Range<usize> {
    let Some(line) = lines.get(at) else {
        return at..at;
    };
    let trimmed = line.trimmed();
    let starts = error_class(
        trimmed,
        known && !trimmed.contains(' ') || trimmed.contains(": "),
    )
    .is_some()
        || trimmed.starts_with("Exception Type:")
        || trimmed.starts_with("Exception Value:");
    if !starts {
        return at..at;
    }
    let mut end = at + 1;
    while end < lines.len() && end - at < MAX_MESSAGE {
        let line = lines[end].trimmed();
        let goes_on = line.starts_with("Exception Value:")
            || (lines[end].in_block
                && !line.is_empty()
                && continues_message(line)
                && frame(line).is_none()
                && !is_header(line)
                && !is_chain(line)
                && super::diagnostic::read(lines, end).is_none());
        if !goes_on {
            break;
        }
        end += 1;
    }
    at..end
}

/// `  115.   response = f()`: the source line on Django's debug page.
fn is_numbered_code(line: &str) -> bool {
    number(line.trim_start()).is_some_and(|(_, rest)| rest.starts_with(". "))
}

/// One frame: `File "x", line 3, in f`, `File "x" in f`, `File x.py, line 3, in f`.
fn frame(line: &str) -> Option<Found> {
    let rest = line.trim().strip_prefix("File ")?;
    let (path, rest) = match rest.as_bytes().first()? {
        quote @ (b'"' | b'\'') => {
            let close = memchr::memchr(*quote, &rest.as_bytes()[1..])? + 1;
            (&rest[1..close], &rest[close + 1..])
        }
        _ => {
            let split = rest.find([',', ' '])?;
            (&rest[..split], &rest[split..])
        }
    };
    let is_quoted = line.contains('"') || line.contains('\'');
    let mut found = Found {
        path: path.to_owned(),
        ..Found::default()
    };
    let mut rest = rest;
    if let Some(after) = rest.trim_start_matches([',', ' ']).strip_prefix("line ") {
        let (value, after) = number(after)?;
        found.line = Some(value);
        rest = after;
    }
    if let Some(name) = rest.trim_start_matches([',', ' ']).strip_prefix("in ") {
        let name = name.split(['(', ' ', ',']).next().unwrap_or(name);
        found.function = (!name.is_empty()).then(|| name.to_owned());
    }
    let is_complete = found.line.is_some() || found.function.is_some();
    let is_cut = is_quoted && rest.trim() == "...";
    (!path.is_empty() && (is_cut || (is_complete && (is_quoted || is_source_path(path)))))
        .then_some(found)
}

/// Whether the line may go on with a message: it is no new thing of its own.
fn continues_message(line: &str) -> bool {
    !line.starts_with(['#', '>', '$', '<', '-', '*', '=', '['])
        && error_class(line, false).is_none()
        && super::super::boilerplate::template_line(line).is_none()
        && super::super::code_line::looks(line) != super::super::code_line::Looks::Code
}

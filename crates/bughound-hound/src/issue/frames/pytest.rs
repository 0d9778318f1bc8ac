//! Places in pytest's long and short tracebacks:
//!
//! ```text
//!     def f(x):
//! >       raise ValueError("bad")
//! E       ValueError: bad
//!
//! src/a.py:10: ValueError          src/a.py:10: in f
//! ```

use super::super::lines::Line;
use super::super::scan::{identifier, is_source_path, number};
use super::{Found, Reading, code_line};

/// Lines between two places of one trace: the source of a function.
const MAX_BETWEEN: usize = 120;
/// Lines above a place that are searched for the function and the failing line.
const MAX_ABOVE: usize = 120;

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let mut place = place(lines[at].text)?;
    let mut frames = Vec::new();
    let mut next = at;
    let mut end;
    let mut errors = 0..0;
    let start = above(lines, at, 0, &mut place.found, &mut errors);
    loop {
        end = next + 1;
        if place.is_short
            && let Some(code) = lines
                .get(end)
                .filter(|line| line.indent() > lines[next].indent())
        {
            place.found.code_line = code_line(code.text);
            end += 1;
        }
        let is_last = place.is_last;
        frames.push(place.found);
        // Error lines of the short form stand below the last place.
        let mut line = end;
        while lines
            .get(line)
            .is_some_and(|line| line.text.starts_with("E  "))
        {
            line += 1;
        }
        if line > end {
            errors = end..line;
            end = line;
            break;
        }
        if is_last {
            break;
        }
        let limit = lines.len().min(end + MAX_BETWEEN);
        let following = (end..limit)
            .take_while(|&line| !is_border(lines[line].text))
            .find_map(|line| self::place(lines[line].text).map(|place| (line, place)));
        let Some((line, mut following)) = following else {
            break;
        };
        above(lines, line, end, &mut following.found, &mut errors);
        next = line;
        place = following;
    }
    frames.reverse();
    Some(Reading {
        start,
        end,
        frames,
        errors,
    })
}

struct Place {
    found: Found,
    /// `x.py:3: in f`.
    is_short: bool,
    /// `x.py:3: ValueError`: the place where the error arose.
    is_last: bool,
}

fn place(line: &str) -> Option<Place> {
    let line = line.trim();
    if !line.as_bytes().contains(&b':') || line.len() > 300 {
        return None;
    }
    let ending = line.find(".py:")? + 3;
    let path = &line[..ending];
    if path.contains([' ', '"', '\'', '(', '`']) || !is_source_path(path) {
        return None;
    }
    let (value, rest) = number(&line[ending + 1..])?;
    let rest = rest.strip_prefix(':')?.trim();
    let mut found = Found {
        path: path.to_owned(),
        line: Some(value),
        ..Found::default()
    };
    if rest.is_empty() {
        return Some(Place {
            found,
            is_short: false,
            is_last: false,
        });
    }
    if let Some(name) = rest.strip_prefix("in ") {
        if name.contains(' ') {
            return None;
        }
        found.function = Some(name.to_owned());
        return Some(Place {
            found,
            is_short: true,
            is_last: false,
        });
    }
    let name = super::super::scan::dotted(rest);
    let is_class = rest.len() == name.len()
        && name
            .rsplit('.')
            .next()?
            .starts_with(|c: char| c.is_ascii_uppercase());
    is_class.then_some(Place {
        found,
        is_short: false,
        is_last: true,
    })
}

/// Looks above a place of the long form for the failing line (`>`), the error (`E`) and the function;
/// gives the first line that belongs to the trace.
fn above(
    lines: &[Line<'_>],
    at: usize,
    floor: usize,
    found: &mut Found,
    errors: &mut std::ops::Range<usize>,
) -> usize {
    let floor = floor.max(at.saturating_sub(MAX_ABOVE));
    let mut start = at;
    let mut seen_code = false;
    for number in (floor..at).rev() {
        let text = lines[number].text;
        if is_border(text) || place(text).is_some() {
            break;
        }
        if text.starts_with("E  ") {
            if errors.start != number + 1 {
                *errors = number..number + 1;
            } else {
                errors.start = number;
            }
            start = number;
        } else if let Some(code) = text.strip_prefix("> ").filter(|_| !seen_code) {
            found.code_line = code_line(code);
            start = number;
            seen_code = true;
        } else if seen_code && found.function.is_none() {
            let code = text.trim_start();
            let code = code.strip_prefix("async ").unwrap_or(code);
            if let Some(name) = code
                .strip_prefix("def ")
                .map(identifier)
                .filter(|name| !name.is_empty())
            {
                found.function = Some(name.to_owned());
                return number;
            }
        }
        if at - number > 16 && !seen_code && !text.starts_with("E  ") {
            break;
        }
    }
    start
}

/// `____ test_x ____`, `==== FAILURES ====`; `_ _ _ _` stands inside a trace.
fn is_border(line: &str) -> bool {
    line.starts_with("===") || line.starts_with("___")
}

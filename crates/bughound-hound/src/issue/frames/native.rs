//! Frames of debuggers and sanitizers:
//!
//! ```text
//! #0  0x00007f in box_open (b=0x0) at src/box.c:12
//!     #1 0x55e in ns::Box::open(int) /srv/app/box.cc:12:3
//! frame #2: 0x100 app`ns::Box::open(int) + 12 at box.cc:12:3
//! ```

use super::super::lines::Line;
use super::super::scan::{number, path_and_line};
use super::{Found, Reading};

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let mut errors = 0..0;
    let mut next = at;
    if lines[at].text.contains("ERROR: ") && lines[at].text.contains("Sanitizer") {
        errors = at..at + 1;
        let limit = lines.len().min(at + 6);
        next = (at + 1..limit).find(|&line| frame(lines[line].text).is_some())?;
    }
    let mut frames = Vec::new();
    let mut last = None;
    let mut end = next;
    while let Some((number, found)) = lines.get(next).and_then(|line| frame(line.text)) {
        // A second stack of the same report (where the memory was freed, another thread) starts at 0.
        if last.is_some_and(|last| number <= last) {
            break;
        }
        last = Some(number);
        frames.push(found);
        next += 1;
        end = next;
        // Local variables and wrapped arguments of gdb's `bt full`.
        let limit = lines.len().min(next + 12);
        if let Some(following) = (next..limit).find(|&line| {
            lines[line].trimmed().starts_with('#')
                || lines[line].is_blank()
                || lines[line].indent() == 0
        }) && lines[following].trimmed().starts_with('#')
        {
            next = following;
        }
    }
    // One numbered line alone is as likely a reference to an issue: `#12 in the list`.
    (frames.len() > 1 || frames.first().is_some_and(|found| found.line.is_some())).then_some(
        Reading {
            start: at,
            end,
            frames,
            errors,
        },
    )
}

fn frame(line: &str) -> Option<(u32, Found)> {
    let line = line.trim();
    let rest = line.strip_prefix("* ").unwrap_or(line).trim_start();
    let rest = rest
        .strip_prefix("frame ")
        .unwrap_or(rest)
        .strip_prefix('#')?;
    let (index, rest) = number(rest)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    if !rest.starts_with(' ') {
        return None;
    }
    let rest = rest.trim_start();
    let (has_address, rest) = match rest.strip_prefix("0x") {
        Some(hex) => {
            let rest = hex
                .trim_start_matches(|c: char| c.is_ascii_hexdigit())
                .trim_start();
            (true, rest.strip_prefix("in ").unwrap_or(rest))
        }
        None => (false, rest.strip_prefix("in ").unwrap_or(rest)),
    };
    let rest = match rest.split_once('`') {
        Some((_, name)) if has_address => name,
        _ => rest,
    };
    let (call, place) = match rest.rsplit_once(" at ") {
        Some((call, place)) => (call, Some(place)),
        None => match rest.rsplit_once(' ') {
            Some((call, place)) if has_address && path_and_line(place).is_some() => {
                (call, Some(place))
            }
            _ => (rest, None),
        },
    };
    let place = place.and_then(path_and_line);
    if place.is_none() && !has_address {
        return None;
    }
    let call = call.split(" from ").next().unwrap_or(call);
    let name = call.split([' ', '(', '+']).next().unwrap_or(call);
    let is_name = !name.is_empty() && name != "??" && !name.starts_with('(');
    let found = Found {
        path: place.map_or_else(String::new, |(path, _)| path.to_owned()),
        line: place.map(|(_, line)| line),
        function: is_name.then(|| name.to_owned()),
        ..Found::default()
    };
    Some((index, found))
}

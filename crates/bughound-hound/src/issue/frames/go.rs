//! Go's panics:
//!
//! ```text
//! panic: runtime error: index out of range
//!
//! goroutine 1 [running]:
//! main.(*Box).open(0xc0000, 0x1)
//!         /srv/app/box.go:12 +0x1d
//! created by main.start in goroutine 1
//!         /srv/app/main.go:3 +0x5
//! ```

use super::super::lines::Line;
use super::super::scan::number;
use super::{Found, Reading};

/// Lines between the message and the first frame.
const MAX_GAP: usize = 6;

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let is_panic =
        lines[at].text.starts_with("panic: ") || lines[at].text.starts_with("fatal error: ");
    let mut next = at;
    if is_panic || is_goroutine(lines[at].text) {
        let limit = lines.len().min(at + MAX_GAP);
        next = (at + 1..limit).find(|&line| frame(lines, line).is_some())?;
    }
    let mut frames = Vec::new();
    while let Some(found) = frame(lines, next) {
        frames.push(found);
        next += 2;
        if lines
            .get(next)
            .is_some_and(|line| line.text.starts_with("..."))
        {
            next += 1;
        }
    }
    (!frames.is_empty()).then(|| Reading {
        start: at,
        end: next,
        frames,
        errors: at..at + usize::from(is_panic),
    })
}

fn is_goroutine(line: &str) -> bool {
    line.starts_with("goroutine ") && line.ends_with(':')
}

fn frame(lines: &[Line<'_>], at: usize) -> Option<Found> {
    let place = lines.get(at + 1)?.trimmed();
    let colon = place.find(".go:")? + 3;
    let (line, rest) = number(&place[colon + 1..])?;
    if !(rest.is_empty() || rest.starts_with(" +0x")) || place[..colon].contains(['"', '(']) {
        return None;
    }
    let call = lines[at].trimmed();
    let name = match call.strip_prefix("created by ") {
        Some(rest) => rest.split(" in goroutine").next().unwrap_or(rest),
        None => &call[..arguments(call)?],
    };
    let name = name.rsplit('/').next().unwrap_or(name);
    (!name.is_empty() && !name.contains(' ')).then(|| Found {
        path: place[..colon].to_owned(),
        line: Some(line),
        function: Some(name.replace("(*", "").replace([')', '('], "")),
        ..Found::default()
    })
}

/// Where the arguments start: the last `(` that is no receiver's.
fn arguments(call: &str) -> Option<usize> {
    if !call.ends_with(')') {
        return None;
    }
    let open = call.rfind('(')?;
    (open > 0).then_some(open)
}

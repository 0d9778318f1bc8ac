//! Tracebacks of IPython and Jupyter, older and newer:
//!
//! ```text
//! ~/x/a.py in f(self, b)           File ~/x/a.py:3, in C.f(self, b)
//!       2     c = 1                      2 c = 1
//! ----> 3     g(c)                 ----> 3 g(c)
//! ```

use super::super::lines::Line;
use super::super::scan::{is_source_path, number, path_and_line};
use super::{Found, Reading, code_line, error_class};

/// Lines of context below one frame that are looked through for the arrow or the next frame.
const MAX_CONTEXT: usize = 40;

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let (mut frames, mut next) = (Vec::new(), at);
    let mut errors = 0..0;
    while let Some(mut found) = lines.get(next).and_then(|line| frame(line.text)) {
        let limit = lines.len().min(next + MAX_CONTEXT);
        let mut seen_numbers = found.line.is_some();
        let mut line = next + 1;
        let mut end = next + 1;
        while line < limit {
            let text = lines[line].trimmed();
            if frame(lines[line].text).is_some() {
                break;
            }
            if let Some((value, code)) = arrow(text) {
                found.line = Some(value);
                found.code_line = code_line(code);
                seen_numbers = true;
                end = line + 1;
            } else if number(text).is_some() {
                seen_numbers = true;
                end = line + 1;
            } else if error_class(text, false).is_some() {
                errors = line..line + 1;
                end = line + 1;
                break;
            } else if !text.is_empty() && lines[line].indent() == 0 && seen_numbers {
                if error_class(text, text.contains(": ")).is_some() {
                    errors = line..line + 1;
                    end = line + 1;
                }
                break;
            }
            line += 1;
        }
        if !seen_numbers {
            break;
        }
        frames.push(found);
        next = end;
        if errors.end == end {
            break;
        }
        while next < lines.len() && lines[next].is_blank() && next - end < 3 {
            next += 1;
        }
        if lines.get(next).and_then(|line| frame(line.text)).is_none() {
            next = end;
            break;
        }
    }
    if frames.is_empty() {
        return None;
    }
    // The header: dashes, then the error's name with `Traceback (most recent call last)`.
    let mut start = at;
    if start > 0
        && lines[start - 1]
            .text
            .contains("Traceback (most recent call last)")
    {
        start -= 1;
        if start > 0 && lines[start - 1].trimmed().starts_with("-----") {
            start -= 1;
        }
    }
    frames.reverse();
    Some(Reading {
        start,
        end: next,
        frames,
        errors,
    })
}

/// `----> 12 code`, `-> 1234 code`.
fn arrow(line: &str) -> Option<(u32, &str)> {
    let rest = line.trim_start_matches('-');
    if line.len() == rest.len() {
        return None;
    }
    number(rest.strip_prefix('>')?.trim_start())
}

fn frame(line: &str) -> Option<Found> {
    let line = line.trim();
    if let Some(plain) = unlinked(line) {
        return frame(&plain);
    }
    if let Some(rest) = line.strip_prefix("File ") {
        return newer(rest);
    }
    if let Some(rest) = line
        .strip_prefix("Input In ")
        .or_else(|| line.strip_prefix("Cell In"))
    {
        return cell(rest);
    }
    let (path, rest) = split_path(line)?;
    let name = rest.split('(').next()?.trim();
    let is_call = name == "<module>" || name == "<lambda>" || rest.ends_with(')');
    let is_name = !name.is_empty() && !name.contains(' ');
    (is_call && is_name).then(|| Found {
        path: path.to_owned(),
        function: Some(name.to_owned()),
        ..Found::default()
    })
}

/// `[path](file:///path) in f(x)`, as some editors copy it, without the link.
fn unlinked(line: &str) -> Option<String> {
    let open = line
        .find('[')
        .filter(|open| *open == 0 || &line[..*open] == "File ")?;
    let middle = open + line[open..].find("](file:")?;
    let close = middle + line[middle..].find(')')?;
    Some(format!(
        "{}{}{}",
        &line[..open],
        &line[open + 1..middle],
        &line[close + 1..]
    ))
}

/// `path in rest`, where the path ends like a source file or is `<something>`.
fn split_path(line: &str) -> Option<(&str, &str)> {
    let split = line.find(" in ")?;
    let path = &line[..split];
    let is_path = is_source_path(path)
        || path.ends_with(".so")
        || (path.starts_with('<') && path.ends_with('>'));
    let is_rooted =
        !path.contains(' ') || path.starts_with(['/', '~', '.']) || path.get(1..3) == Some(":\\");
    (is_path && is_rooted).then(|| (path, line[split + 4..].trim()))
}

/// `~/x/a.py:3, in C.f(self)`, `<string>:1, in f(x)`, `~/x/a.py:3`.
fn newer(rest: &str) -> Option<Found> {
    let (place, function) = match rest.split_once(", in ") {
        Some((place, function)) => (place, function.split('(').next().map(str::trim)),
        None => (rest, None),
    };
    let Some((path, line)) = path_and_line(place) else {
        // `File ~/x/a.py:3 in f(x)`, as some versions print it.
        let (place, function) = rest.split_once(" in ")?;
        let (path, line) = path_and_line(place.trim_end_matches(','))?;
        let name = function
            .split('(')
            .next()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        return Some(Found {
            path: path.to_owned(),
            line: Some(line),
            function: name.map(str::to_owned),
            ..Found::default()
        });
    };
    if path.starts_with('"') || path.is_empty() {
        return None;
    }
    let function = function.filter(|name| !name.is_empty()).map(str::to_owned);
    Some(Found {
        path: path.to_owned(),
        line: Some(line),
        function,
        ..Found::default()
    })
}

/// `[3], line 1`, ` [3], in <cell line: 1>()`.
fn cell(rest: &str) -> Option<Found> {
    let rest = rest.trim_start();
    let close = rest.strip_prefix('[')?.find(']')? + 1;
    let line = rest[close..]
        .split("line")
        .nth(1)
        .and_then(|tail| number(tail.trim_start_matches([':', ' '])));
    Some(Found {
        path: format!("<cell {}>", &rest[1..close]),
        line: line.map(|(value, _)| value),
        ..Found::default()
    })
}
